"""Administration of all accounts, by administrators."""

from dataclasses import replace

from nilm_auth.domain.user import User, UserChanges
from nilm_auth.ports.accounts import UserStore
from nilm_auth.ports.identity import SessionIdentity
from nilm_auth.service.paging import Order, Page, PageRequest, key, read_page
from nilm_core.access import Principal
from nilm_core.clock import Clock
from nilm_core.errors import FailedPreconditionError, NotFoundError, PermissionDeniedError

_BY_EMAIL: Order[User, str] = Order(lambda user: (user.email,), key)


class Administration:
    """What administrators do with accounts.

    An administrator's token holds for some minutes after he was demoted or disabled, so each step
    looks at the account itself.

    Args:
        profiles_kept_elsewhere: Whether names and who administers are another server's to say, so
            that they cannot be changed here.
    """

    def __init__(
        self,
        users: UserStore,
        sessions: SessionIdentity,
        clock: Clock,
        *,
        profiles_kept_elsewhere: bool = False,
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._clock = clock
        self._profiles_kept_elsewhere = profiles_kept_elsewhere

    async def get(self, caller: Principal, user_id: str) -> User:
        """Returns an account.

        Raises:
            NotFoundError: There is no such account.
            PermissionDeniedError: The caller is no administrator.
        """
        await self._require_admin(caller)
        user = await self._users.get(user_id)
        if user is None:
            raise NotFoundError(f"account {user_id} not found")
        return user

    async def list(self, caller: Principal, email_contains: str, page: PageRequest) -> Page[User]:
        """Lists accounts by email."""
        await self._require_admin(caller)
        part = email_contains.strip().lower()
        return await read_page(
            page,
            {"list": "users", "email_contains": part},
            _BY_EMAIL,
            lambda after, limit: self._users.list(email_contains=part, after=after, limit=limit),
        )

    async def update(self, caller: Principal, user_id: str, changes: UserChanges) -> User:
        """Changes an account; disabling it ends its sessions.

        Raises:
            NotFoundError: There is no such account.
            FailedPreconditionError: No enabled administrator would be left, or the identity
                provider keeps what would change.
        """
        await self._require_admin(caller)
        if self._profiles_kept_elsewhere and (changes.is_admin is not None or changes.display_name):
            raise FailedPreconditionError(
                "the identity provider keeps names and says who administers; change them there",
                reason="KEPT_BY_IDENTITY_PROVIDER",
            )

        def change(present: User) -> User:
            is_admin = present.is_admin if changes.is_admin is None else changes.is_admin
            is_disabled = (
                present.is_disabled if changes.is_disabled is None else changes.is_disabled
            )
            return replace(
                present,
                is_admin=is_admin,
                is_disabled=is_disabled,
                display_name=changes.display_name or present.display_name,
                update_time=self._clock.now(),
            )

        user = await self._users.change(user_id, change)
        if user.is_disabled:
            await self._sessions.end_all(user_id)
        return user

    async def delete(self, caller: Principal, user_id: str) -> None:
        """Deletes an account, its sessions and its memberships.

        Raises:
            NotFoundError: There is no such account.
            FailedPreconditionError: It is the last administrator, or some building's last manager.
        """
        await self._require_admin(caller)
        await self._users.remove(user_id)

    async def _require_admin(self, caller: Principal) -> None:
        user = await self._users.get(caller.subject)
        if user is None or user.is_disabled or not user.is_admin:
            raise PermissionDeniedError("only administrators may do this")
