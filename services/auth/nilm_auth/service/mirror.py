"""Accounts that another server keeps, as far as this one needs them."""

from dataclasses import replace

from nilm_auth.domain.user import User
from nilm_auth.ports.accounts import UserStore
from nilm_core.errors import AlreadyExistsError, FailedPreconditionError


class Mirror:
    """Keeps the account store level with what the identity provider says of an account.

    Buildings, memberships and access decisions refer to the account store, so each account that
    signs in is there, under the provider's id. Whether an account is disabled is this store's to
    say.

    Args:
        users: The account store.
        follows: Whether the store follows the provider by itself.
    """

    def __init__(self, users: UserStore, *, follows: bool = False) -> None:
        self._users = users
        self._follows = follows

    async def find(self, user_id: str) -> User | None:
        """Returns an account as it is known here, or None if it never signed in."""
        return await self._users.get(user_id)

    async def keep(self, told: User) -> User:
        """Takes over what the provider tells of an account; returns the account as it is here.

        Raises:
            FailedPreconditionError: Another account has its address, or no enabled administrator
                would be left.
        """
        known = await self._users.get(told.user_id)
        try:
            if known is None:
                known = await self._add(told)
            if self._follows or _merged(known, told) == known:
                return known
            return await self._users.change(told.user_id, lambda present: _merged(present, told))
        except AlreadyExistsError as error:
            raise FailedPreconditionError(
                "another account of this installation has your address; an administrator must "
                "remove it before you can sign in",
                reason="EMAIL_TAKEN",
            ) from error

    async def _add(self, told: User) -> User:
        try:
            await self._users.add(told)
        except AlreadyExistsError:
            known = await self._users.get(told.user_id)  # of two first sign-ins at once, one adds
            if known is None:
                raise
            return known
        return told


def _merged(known: User, told: User) -> User:
    return replace(
        known,
        email=told.email,
        display_name=told.display_name,
        is_admin=told.is_admin,
        update_time=max(known.update_time, told.update_time),
    )
