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
_RETRY_AFTER_FAILURE_S = 2.0


class JwksRelay:
    """Answers the JWKS document of a project: the keys of the one algorithm that is accepted.

    So the gateway needs no way out of the installation. While the project cannot be reached, it is
    asked every two seconds at most, and the document that was fetched last goes on being answered.
    """

    def __init__(
        self, url: str, algorithm: str, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = url
        self._algorithm = algorithm
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._document = b""
        self._ask_at = float("-inf")
        self._is_away = False

    def document(self) -> bytes:
        """Returns the document; it is fetched in the caller's thread.

        Raises:
            UnavailableError: It was never fetched and cannot be now.
        """
        with self._lock:
            if self._monotonic() >= self._ask_at:
                self._fetch()
            if not self._document:
                raise UnavailableError(
                    "the project's keys cannot be fetched now",
                    retry_after=timedelta(seconds=_RETRY_AFTER_FAILURE_S),
                )
            return self._document

    def _fetch(self) -> None:
        try:
            with urllib.request.urlopen(self._url, timeout=_TIMEOUT_S) as answer:  # noqa: S310 # an operator's own setting
                keys = json.loads(answer.read(_MAX_BYTES))["keys"]
            taken = [key for key in keys if key.get("alg", self._algorithm) == self._algorithm]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            if not self._is_away:
                _log.warning("the project's keys cannot be fetched, known ones stay: %s", error)
            self._is_away = True
            self._ask_at = self._monotonic() + _RETRY_AFTER_FAILURE_S
            return
        if self._is_away:
            _log.info("the project's keys are fetched again")
        self._is_away = False
        self._document = json.dumps({"keys": taken}).encode()
        self._ask_at = self._monotonic() + _HOLD_S
