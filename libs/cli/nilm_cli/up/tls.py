"""The gateway's own certificate: checked before anything starts, then put into its listener."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nilm_core.errors import FailedPreconditionError

_CONTEXT_TYPE = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext"
_ONE_YEAR_S = 31_536_000
_HEADER_MUTATION = "envoy.filters.http.header_mutation"


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """What the gateway proves its name by."""

    certificate: Path
    """The certificate and those between it and its root, PEM."""
    key: Path
    """The certificate's private key, PEM, without a password."""

    def check(self) -> None:
        """Checks that both can be read and belong together.

        Raises:
            FailedPreconditionError: They cannot, or do not.
        """
        try:
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
                self.certificate,
                self.key,
                password=_refuse_password,
            )
        except ssl.SSLError as error:
            raise FailedPreconditionError(
                f"--tls-cert {self.certificate} and --tls-key {self.key} are no certificate and "
                f"its key: {error.reason or 'neither is PEM'}"
            ) from error
        except OSError as error:
            raise FailedPreconditionError(
                f"--tls-cert {self.certificate} or --tls-key {self.key} cannot be read: "
                f"{error.strerror}"
            ) from error


def serve_tls(files: TlsFiles, listener: dict[str, Any], manager: dict[str, Any]) -> None:
    """Makes the listener speak TLS alone, and tells browsers to come by TLS alone from then on.

    Args:
        files: Certificate and key; Envoy reads them.
        listener: The listener of the listener file; changed.
        manager: Its HTTP connection manager; changed.
    """
    pair = {
        "certificate_chain": {"filename": str(files.certificate)},
        "private_key": {"filename": str(files.key)},
    }
    listener["filter_chains"][0]["transport_socket"] = {
        "name": "envoy.transport_sockets.tls",
        "typed_config": {
            "@type": _CONTEXT_TYPE,
            "common_tls_context": {
                "tls_params": {"tls_minimum_protocol_version": "TLSv1_2"},
                "alpn_protocols": ["h2", "http/1.1"],
                "tls_certificates": [pair],
            },
        },
    }
    mutation = next(each for each in manager["http_filters"] if each["name"] == _HEADER_MUTATION)
    mutation["typed_config"]["mutations"]["response_mutations"].append(
        {
            "append": {
                "header": {
                    "key": "strict-transport-security",
                    "value": f"max-age={_ONE_YEAR_S}",
                },
                "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
            }
        }
    )


def _refuse_password() -> str:
    raise FailedPreconditionError(
        "--tls-key has a password, which nobody is there to type; take a key without one"
    )
