"""A stand-in for Supabase Auth: its REST calls that this system makes, over real HTTP.

It is no Supabase. It was built from the answers that are documented in `openapi.yaml`,
`internal/api/apierrors/errorcode.go` and the handlers of github.com/supabase/auth, and keeps
everything in memory: accounts, sessions with rotating refresh tokens, messages, and the project's
signing key. What passes against it is right if Supabase does what it documents.
"""

import contextlib
import json
import re
import secrets
import socket
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

API_KEY = "sb_publishable_test"
KEY_ID = "project-key"
LIFETIME_S = 3_600
_REFRESH_TOKEN = re.compile(r"[a-z0-9]{12}")


@dataclass
class Account:
    """A row of auth.users."""

    email: str
    password: str
    user_metadata: dict[str, Any]
    is_confirmed: bool
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    app_metadata: dict[str, Any] = field(default_factory=lambda: {"provider": "email"})
    new_email: str = ""
    is_banned: bool = False
    changed_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def answer(self) -> dict[str, Any]:
        stamp = self.changed_at.isoformat()
        answer = {
            "id": self.id,
            "aud": "authenticated",
            "role": "authenticated",
            "email": self.email,
            "app_metadata": self.app_metadata,
            "user_metadata": self.user_metadata,
            "identities": [],
            "created_at": stamp,
            "updated_at": stamp,
            "is_anonymous": False,
        }
        return {**answer, "new_email": self.new_email} if self.new_email else answer


@dataclass
class Session:
    """A row of auth.sessions with its refresh tokens."""

    account: Account
    method: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    current: str = ""
    spent: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Message:
    """A message that was sent."""

    to: str
    kind: str
    token_hash: str
    redirect_to: str


class Refused(Exception):  # noqa: N818 # an answer, which no test sees
    """An answer of an error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class _Http(ThreadingHTTPServer):
    """An HTTP server that hangs up when it is closed."""

    daemon_threads = True

    def __init__(self, port: int, handler: type[BaseHTTPRequestHandler]) -> None:
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class SupabaseAuthServer:
    """The stand-in; served from `start` to `stop`, on the same port after each start."""

    def __init__(self, *, secret: str = "") -> None:
        self.secret = secret
        self.private_key = ec.generate_private_key(ec.SECP256R1())
        self.autoconfirm = True
        self.signups_disabled = False
        self.latency_s = 0.0
        self.limited: str = ""
        """Path that is asked too often."""
        self.mail_limited = False
        self.broken = False
        self.accounts: dict[str, Account] = {}
        self.sessions: dict[str, Session] = {}
        self.messages: list[Message] = []
        self.cookies_seen: list[str] = []
        self.port = 0
        self._lock = threading.Lock()
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def issuer(self) -> str:
        return f"{self.url}/auth/v1"

    def start(self) -> None:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _do(self) -> None:
                outer.handle(self)

            do_GET = do_POST = do_PUT = _do  # noqa: N815 # the base class's names

            def log_message(self, *args: object) -> None:
                """Nobody reads it."""

        self._http = _Http(self.port, Handler)
        self.port = self._http.server_port
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def jwks(self) -> dict[str, Any]:
        jwk = ECAlgorithm.to_jwk(self.private_key.public_key(), as_dict=True)
        return {
            "keys": [{**jwk, "kid": KEY_ID, "alg": "ES256", "use": "sig", "key_ops": ["verify"]}]
        }

    def token(self, session: Session, **claims: Any) -> str:
        """Signs the access token of a session."""
        now = int(time.time())
        account = session.account
        payload = {
            "iss": self.issuer,
            "sub": account.id,
            "aud": "authenticated",
            "exp": now + LIFETIME_S,
            "iat": now,
            "email": account.email,
            "phone": "",
            "app_metadata": account.app_metadata,
            "user_metadata": account.user_metadata,
            "role": "authenticated",
            "aal": "aal1",
            "amr": [{"method": session.method, "timestamp": now}],
            "session_id": session.id,
            "is_anonymous": False,
            **claims,
        }
        if self.secret:
            return jwt.encode(payload, self.secret, algorithm="HS256")
        return jwt.encode(payload, self.private_key, algorithm="ES256", headers={"kid": KEY_ID})

    def account(self, email: str) -> Account:
        return next(each for each in self.accounts.values() if each.email == email)

    def signed_in_elsewhere(self, email: str) -> str:
        """Returns the access token of a person whom another program has signed up."""
        account = Account(email, secrets.token_hex(), {}, is_confirmed=True)
        self.accounts[account.id] = account
        token: str = self._begin(account, "password")["access_token"]
        return token

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        address = urlsplit(request.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        length = int(request.headers.get("content-length", 0))
        body = json.loads(request.rfile.read(length) or b"{}")
        path = address.path.removeprefix("/auth/v1")
        time.sleep(self.latency_s)
        if cookie := request.headers.get("cookie"):
            self.cookies_seen.append(cookie)
        try:
            if path != "/.well-known/jwks.json":
                self._admit(path, request.headers.get("apikey", ""))
            bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
            with self._lock:
                status, answer = self._route(request.command, path)(query, body, bearer)
        except Refused as refused:
            status, answer = refused.status, {"code": refused.code, "message": refused.message}
            if request.headers.get("x-supabase-api-version") != "2024-01-01":
                answer = {
                    "code": status,
                    "error_code": refused.code,
                    "msg": refused.message,
                }
        content = b"" if answer is None else json.dumps(answer).encode()
        request.send_response(status)
        request.send_header("content-type", "application/json")
        request.send_header("content-length", str(len(content)))
        if answer and "access_token" in answer:
            request.send_header("set-cookie", f"sb-access-token={answer['access_token']}; Path=/")
        request.end_headers()
        request.wfile.write(content)

    def _admit(self, path: str, key: str) -> None:
        if self.broken:
            raise Refused(503, "unexpected_failure", "the database is away")
        if key != API_KEY:
            raise Refused(401, "", "Invalid API key")
        if path == self.limited:
            raise Refused(429, "over_request_rate_limit", "Request rate limit reached")

    def _route(self, method: str, path: str) -> Callable[..., tuple[int, dict[str, Any] | None]]:
        routes: dict[tuple[str, str], Callable[..., tuple[int, dict[str, Any] | None]]] = {
            ("GET", "/.well-known/jwks.json"): lambda *_: (200, self.jwks()),
            ("GET", "/settings"): lambda *_: (200, {"disable_signup": self.signups_disabled}),
            ("POST", "/signup"): self._sign_up,
            ("POST", "/token"): self._token,
            ("POST", "/logout"): self._logout,
            ("POST", "/recover"): self._recover,
            ("POST", "/verify"): self._verify,
            ("GET", "/user"): lambda _q, _b, bearer: (200, self._of(bearer).account.answer()),
            ("PUT", "/user"): self._change,
        }
        if (method, path) not in routes:
            raise Refused(404, "", "404 page not found")
        return routes[method, path]

    def _sign_up(self, query: Any, body: Any, bearer: str) -> tuple[int, dict[str, Any]]:
        if self.signups_disabled:
            raise Refused(422, "signup_disabled", "Signups not allowed for this instance")
        _require_strong(body["password"])
        taken = next((a for a in self.accounts.values() if a.email == body["email"]), None)
        if taken is not None and self.autoconfirm:
            raise Refused(422, "user_already_exists", "User already registered")
        account = Account(body["email"], body["password"], body["data"], self.autoconfirm)
        if taken is None:
            self.accounts[account.id] = account
        if self.autoconfirm:
            return 200, self._begin(account, "password")
        self.messages.append(Message(account.email, "signup", secrets.token_hex(28), ""))
        return 200, account.answer()  # one that looks the same where the address was taken

    def _token(self, query: Any, body: Any, bearer: str) -> tuple[int, dict[str, Any]]:
        if query["grant_type"] == "refresh_token":
            return 200, self._rotate(body["refresh_token"])
        account = next((a for a in self.accounts.values() if a.email == body["email"]), None)
        if account is None or account.password != body["password"]:
            raise Refused(400, "invalid_credentials", "Invalid login credentials")
        if account.is_banned:
            raise Refused(400, "user_banned", "User is banned")
        if not account.is_confirmed:
            raise Refused(400, "email_not_confirmed", "Email not confirmed")
        return 200, self._begin(account, "password")

    def _rotate(self, token: str) -> dict[str, Any]:
        if not _REFRESH_TOKEN.fullmatch(token):
            raise Refused(400, "validation_failed", "Refresh token is not valid")
        for session in self.sessions.values():
            if token in session.spent:
                del self.sessions[session.id]
                raise Refused(
                    400, "refresh_token_already_used", "Invalid Refresh Token: Already Used"
                )
            if token == session.current:
                if session.account.is_banned:
                    raise Refused(400, "user_banned", "Invalid Refresh Token: User Banned")
                session.spent.add(token)
                return self._answer(session)
        raise Refused(
            400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found"
        )

    def _logout(self, query: Any, body: Any, bearer: str) -> tuple[int, None]:
        ending = self._of(bearer)
        scope = query.get("scope", "global")
        for session in list(self.sessions.values()):
            if session is ending or (scope == "global" and session.account is ending.account):
                del self.sessions[session.id]
        return 204, None

    def _recover(self, query: Any, body: Any, bearer: str) -> tuple[int, dict[str, Any]]:
        if not any(account.email == body["email"] for account in self.accounts.values()):
            return 200, {}
        if self.mail_limited:
            raise Refused(
                429,
                "over_email_send_rate_limit",
                "For security purposes, you can only request this after 42 seconds.",
            )
        self.messages.append(
            Message(body["email"], "recovery", secrets.token_hex(28), query.get("redirect_to", ""))
        )
        return 200, {}

    def _verify(self, query: Any, body: Any, bearer: str) -> tuple[int, dict[str, Any]]:
        for message in self.messages:
            if (message.kind, message.token_hash) == (body["type"], body["token_hash"]):
                self.messages.remove(message)
                return 200, self._begin(self.account(message.to), "otp")
        raise Refused(403, "otp_expired", "Email link is invalid or has expired")

    def _change(self, query: Any, body: Any, bearer: str) -> tuple[int, dict[str, Any]]:
        session = self._of(bearer)
        account = session.account
        if "email" in body and body["email"] != account.email:
            if any(other.email == body["email"] for other in self.accounts.values()):
                raise Refused(
                    422,
                    "email_exists",
                    "A user with this email address has already been registered",
                )
            account.new_email = body["email"]
        if "password" in body:
            _require_strong(body["password"])
            if body["password"] == account.password:
                raise Refused(
                    422, "same_password", "New password should be different from the old password."
                )
            account.password = body["password"]
            self.sessions = {
                each.id: each
                for each in self.sessions.values()
                if each is session or each.account is not account
            }
        account.user_metadata = {**account.user_metadata, **body.get("data", {})}
        account.changed_at = datetime.now(UTC)
        return 200, account.answer()

    def _of(self, bearer: str) -> Session:
        key: Any = self.secret or self.private_key.public_key()
        algorithm = "HS256" if self.secret else "ES256"
        try:
            claims = jwt.decode(bearer, key, algorithms=[algorithm], audience="authenticated")
        except jwt.PyJWTError:
            raise Refused(403, "bad_jwt", "invalid JWT: unable to parse or verify") from None
        if claims["session_id"] not in self.sessions:
            raise Refused(
                403, "session_not_found", "Session from session_id claim in JWT does not exist"
            )
        return self.sessions[claims["session_id"]]

    def _begin(self, account: Account, method: str) -> dict[str, Any]:
        session = Session(account, method)
        self.sessions[session.id] = session
        return self._answer(session)

    def _answer(self, session: Session) -> dict[str, Any]:
        session.current = secrets.token_hex(6)
        return {
            "access_token": self.token(session),
            "token_type": "bearer",
            "expires_in": LIFETIME_S,
            "expires_at": int(time.time()) + LIFETIME_S,
            "refresh_token": session.current,
            "user": session.account.answer(),
        }


def _require_strong(password: str) -> None:
    if password.isalpha():
        raise Refused(
            422, "weak_password", "Password should contain at least one character of each: digits."
        )
