"""The public keys of the project, handed on to the gateway."""

import json
import logging
import threading
import time
import urllib.request
from collections.abc import Callable
from datetime import timedelta

from nilm_core.errors import UnavailableError

_log = logging.getLogger(__name__)
_TIMEOUT_S = 5.0
_MAX_BYTES = 1 << 20
_HOLD_S = 60.0
_RETRY_AFTER = timedelta(seconds=2)


class JwksRelay:
    """Answers the JWKS document of a project: the keys of the one algorithm that is accepted.

    So the gateway needs no way out of the installation. While the project cannot be reached, the
    document that was fetched last goes on being answered.
    """

    def __init__(
        self, url: str, algorithm: str, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = url
        self._algorithm = algorithm
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._document = b""
        self._fetched_at = float("-inf")

    def document(self) -> bytes:
        """Returns the document; it is fetched in the caller's thread.

        Raises:
            UnavailableError: It was never fetched and cannot be now.
        """
        with self._lock:
            if self._monotonic() - self._fetched_at >= _HOLD_S:
                self._fetch()
            return self._document

    def _fetch(self) -> None:
        try:
            with urllib.request.urlopen(self._url, timeout=_TIMEOUT_S) as answer:  # noqa: S310 # an operator's own setting
                keys = json.loads(answer.read(_MAX_BYTES))["keys"]
            taken = [key for key in keys if key.get("alg", self._algorithm) == self._algorithm]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            if not self._document:
                raise UnavailableError(
                    "the project's keys cannot be fetched now", retry_after=_RETRY_AFTER
                ) from error
            _log.warning("the project's keys cannot be fetched, known ones stay: %s", error)
            return
        self._document = json.dumps({"keys": taken}).encode()
        self._fetched_at = self._monotonic()
