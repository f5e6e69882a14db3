"""Accounts that an installation begins with."""

import logging
from collections.abc import Callable

from nilm_auth.domain.rules import email_address, new_password
from nilm_auth.ports.accounts import UserStore
from nilm_auth.service.accounts import Accounts
from nilm_core.errors import AlreadyExistsError, FailedPreconditionError

_log = logging.getLogger(__name__)


class FirstAccounts:
    """Makes the first administrator and the demo account, each once."""

    def __init__(self, users: UserStore, accounts: Accounts) -> None:
        self._users = users
        self._accounts = accounts

    async def ensure_admin(self, email: str, read_password: Callable[[], str]) -> None:
        """Makes the first administrator, unless there is an administrator already.

        Raises:
            InvalidArgumentError: The address or the password will not do.
            FailedPreconditionError: The address belongs to an account that is no administrator.
        """
        if await self._users.has_admin():
            return
        address = email_address(email, "initial_admin_email")
        await self._make(address, read_password, "initial_admin_password", is_admin=True)
        if not await self._users.has_admin():
            raise FailedPreconditionError(
                f"the account {address} is to be the first administrator and exists without that "
                "role; choose another address"
            )

    async def ensure_demo(self, email: str, read_password: Callable[[], str]) -> None:
        """Makes the demo account, an ordinary one, unless it is there.

        Raises:
            InvalidArgumentError: The address or the password will not do.
        """
        address = email_address(email, "demo_email")
        if await self._users.find(address) is None:
            await self._make(address, read_password, "demo_password", is_admin=False)

    async def _make(
        self, address: str, read_password: Callable[[], str], field: str, *, is_admin: bool
    ) -> None:
        password = new_password(read_password(), field)
        try:
            await self._accounts.create(address, password, is_admin=is_admin)
        except AlreadyExistsError:
            return  # another process of this installation came first, or a person signed up with it
        _log.info("the account %s was made", address, extra={"is_admin": is_admin})
