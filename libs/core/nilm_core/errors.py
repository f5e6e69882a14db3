"""The errors that domain code raises; `nilm_rpc.status` maps them to gRPC codes.

NilmError
├── InvalidArgumentError      a field is wrong: names each field and the remedy
├── UnauthenticatedError      no valid token
├── PermissionDeniedError     a valid token that may not do this
├── NotFoundError             not there, or not to be seen: both look the same
├── AlreadyExistsError        would create what is there
├── FailedPreconditionError   right request, wrong state
├── AbortedError              lost a race: read again and retry
├── ResourceExhaustedError    a limit or a full queue: retry after a while
├── UnavailableError          a store or a service is away: retry after a while
└── DataCorruptionError       a stored file is damaged: nothing is served from it
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One wrong field of a request."""

    field: str
    """Path of the field as the caller wrote it, such as `readings[3].power_w`."""
    description: str
    """What is wrong and how to mend it."""


class NilmError(Exception):
    """Base of every error that a caller is told about.

    Attributes:
        reason: Stable UPPER_SNAKE_CASE name that a program may branch on.
        metadata: Further facts for the caller, as strings. Never a secret.
        retry_after: How long to wait before a retry helps, or None if none does.
    """

    default_reason = "INTERNAL"

    def __init__(
        self,
        message: str,
        *,
        reason: str | None = None,
        metadata: Mapping[str, str] | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or self.default_reason
        self.metadata = dict(metadata or {})
        self.retry_after = retry_after


class InvalidArgumentError(NilmError):
    """A request that is wrong whatever the state of the system."""

    default_reason = "INVALID_ARGUMENT"

    def __init__(
        self,
        message: str,
        *,
        violations: Sequence[FieldViolation] = (),
        reason: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, reason=reason, metadata=metadata)
        self.violations = tuple(violations)

    @classmethod
    def of_field(cls, field: str, description: str) -> "InvalidArgumentError":
        """Returns the error for a single wrong field."""
        return cls(f"{field}: {description}", violations=(FieldViolation(field, description),))


class UnauthenticatedError(NilmError):
    """The caller did not prove who he is."""

    default_reason = "UNAUTHENTICATED"


class PermissionDeniedError(NilmError):
    """The caller is known and may not do this."""

    default_reason = "PERMISSION_DENIED"


class NotFoundError(NilmError):
    """The thing is not there, or the caller may not know that it is."""

    default_reason = "NOT_FOUND"


class AlreadyExistsError(NilmError):
    """The thing to be created is there already."""

    default_reason = "ALREADY_EXISTS"


class FailedPreconditionError(NilmError):
    """The system is not in the state that the request needs."""

    default_reason = "FAILED_PRECONDITION"


class AbortedError(NilmError):
    """Another write came first; the caller should read again and retry."""

    default_reason = "ABORTED"


class ResourceExhaustedError(NilmError):
    """A limit was reached or a queue is full; `retry_after` says when to try again."""

    default_reason = "RESOURCE_EXHAUSTED"


class UnavailableError(NilmError):
    """A store or a service is away for now; `retry_after` says when to try again."""

    default_reason = "UNAVAILABLE"


class DataCorruptionError(NilmError):
    """A stored file is damaged and is not served from."""

    default_reason = "DATA_CORRUPTED"
