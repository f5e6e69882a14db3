"""Forgotten passwords: a mailed token sets a new one."""

from nilm_auth.domain.session import RESET_LIFETIME
from nilm_auth.ports.accounts import ResetStore, UserStore
from nilm_auth.ports.security import Mail, Outbox
from nilm_auth.service.accounts import Accounts
from nilm_auth.service.sessions import hash_secret, new_secret
from nilm_core.clock import Clock
from nilm_core.errors import InvalidArgumentError

_SUBJECT = "Set a new password for NILM Energy Monitor"
_TEXT = """Somebody asked for a new password for this address.

To set one, use this within an hour:

{link}

If it was not you, do nothing: your password stays as it is.
"""


class PasswordResets:
    """Mails reset tokens and takes them back.

    Args:
        link: What is mailed, `{token}` standing for the token: the address of the page that sets
            the password, or the bare token.
    """

    def __init__(
        self,
        users: UserStore,
        resets: ResetStore,
        accounts: Accounts,
        outbox: Outbox,
        clock: Clock,
        *,
        link: str = "{token}",
    ) -> None:
        self._users = users
        self._resets = resets
        self._accounts = accounts
        self._outbox = outbox
        self._clock = clock
        self._link = link

    async def request(self, email: str) -> None:
        """Mails a reset token, if the address has an account that may sign in."""
        user = await self._users.find(email)
        if user is None or user.is_disabled:
            return
        token, kept = new_secret(self._clock.now(), RESET_LIFETIME)
        await self._resets.add(user.user_id, kept)
        text = _TEXT.format(link=self._link.replace("{token}", token))
        await self._outbox.send(Mail(to=user.email, subject=_SUBJECT, text=text))

    async def reset(self, token: str, password: str) -> None:
        """Sets a password by a token, which is then spent, and ends all of the account's sessions.

        Raises:
            InvalidArgumentError: The token is unknown, spent or too old.
        """
        user_id = await self._resets.take(hash_secret(token), self._clock.now())
        user = None if user_id is None else await self._users.get(user_id)
        if user is None:
            raise InvalidArgumentError.of_field(
                "token", "is not valid any more; ask for a new one and use it within an hour"
            )
        await self._accounts.set_password(user, password)
