"""What every account store and identity provider refuses in the same words."""

from datetime import timedelta

from nilm_core.errors import AbortedError, AlreadyExistsError, FailedPreconditionError

_RETRY_AFTER = timedelta(seconds=1)


def email_taken() -> AlreadyExistsError:
    """Returns the error of an address that another account has."""
    return AlreadyExistsError(
        "an account with this email exists; sign in, or use another address", reason="EMAIL_TAKEN"
    )


def last_admin() -> FailedPreconditionError:
    """Returns the error of a change that would leave no enabled administrator."""
    return FailedPreconditionError(
        "this is the last administrator; make another account one first", reason="LAST_ADMIN"
    )


def write_race() -> AbortedError:
    """Returns the error of a write that others came before."""
    return AbortedError(
        "another write came first; try again", reason="WRITE_RACE", retry_after=_RETRY_AFTER
    )
