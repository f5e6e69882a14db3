"""A Supabase project whose Auth signs people in: what the services and the gateway are told."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nilm_cli.up.data_dir import write_private
from nilm_core.errors import FailedPreconditionError

KEYS_PATH = "/.well-known/supabase-jwks.json"
"""Where `auth` hands the project's public keys on, so that the gateway needs no way out."""
_PROVIDER = "supabase"
_OWN_PROVIDER = "nilm"
_AUDIENCE = "authenticated"
_JWT_AUTHN = ".jwt_authn"
_CACHE_S = 60


@dataclass(frozen=True, slots=True)
class SupabaseProject:
    """A project, and how its tokens are signed."""

    url: str
    """Its address, such as `https://PROJECT.supabase.co`."""
    key_file: Path
    """File of its publishable key."""
    jwt_secret_file: Path | None = None
    """File of its JWT secret, where it signs by HS256; else it signs by ES256 and has a JWKS."""

    @property
    def issuer(self) -> str:
        """What its tokens name as their issuer."""
        return f"{self.url.rstrip('/')}/auth/v1"

    def token_settings(self) -> dict[str, str]:
        """Returns what each service must know to verify its tokens."""
        settings = {"TOKENS__SUPABASE__ISSUER": self.issuer}
        if self.jwt_secret_file is not None:
            settings["TOKENS__SUPABASE__ALGORITHM"] = "HS256"
            settings["TOKENS__SUPABASE__SECRET_FILE"] = str(self.jwt_secret_file)
        return settings

    def identity_settings(self) -> dict[str, str]:
        """Returns what `auth` must know besides, to let it sign people in."""
        return {
            "IDENTITY": "supabase",
            "SUPABASE_URL": self.url,
            "SUPABASE_KEY_FILE": str(self.key_file),
        }


def accept_tokens(project: SupabaseProject, manager: Mapping[str, Any], local_keys: Path) -> None:
    """Lets the gateway take the project's tokens beside our own, each by its own keys.

    Args:
        project: The project.
        manager: The HTTP connection manager of the listener file; changed.
        local_keys: File that a JWT secret is written to as a JWKS, for its owner alone.

    Raises:
        FailedPreconditionError: The secret cannot be read.
        OSError: The file cannot be written.
    """
    authn = next(each for each in manager["http_filters"] if each["name"].endswith(_JWT_AUTHN))
    config = authn["typed_config"]
    own = config["providers"][_OWN_PROVIDER]
    config["providers"][_PROVIDER] = {
        **{key: value for key, value in own.items() if key != "remote_jwks"},
        "issuer": project.issuer,
        "audiences": [_AUDIENCE],
        **_keys(project, own["remote_jwks"], local_keys),
    }
    config["rules"][-1]["requires"] = {
        "requires_any": {
            "requirements": [{"provider_name": _OWN_PROVIDER}, {"provider_name": _PROVIDER}]
        }
    }


def _keys(project: SupabaseProject, own: Mapping[str, Any], local_keys: Path) -> Mapping[str, Any]:
    if project.jwt_secret_file is None:
        uri = {**own["http_uri"], "uri": f"http://auth{KEYS_PATH}"}
        return {"remote_jwks": {**own, "http_uri": uri, "cache_duration": f"{_CACHE_S}s"}}
    try:
        secret = project.jwt_secret_file.read_bytes().strip()
    except OSError as error:
        raise FailedPreconditionError(
            f"the JWT secret {project.jwt_secret_file} cannot be read: {error.strerror}"
        ) from error
    encoded = base64.urlsafe_b64encode(secret).decode().rstrip("=")
    jwks = {"keys": [{"kty": "oct", "alg": "HS256", "k": encoded}]}
    write_private(local_keys, json.dumps(jwks))
    return {"local_jwks": {"filename": str(local_keys)}}
