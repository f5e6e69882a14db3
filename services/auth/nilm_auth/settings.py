"""What `auth` is started with, from the environment under `NILM_AUTH_`."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from nilm_rpc.settings import ServerSettings, SupabaseTokenSettings, VerifierSettings


class AuthSettings(ServerSettings):
    """The settings of the service."""

    model_config = SettingsConfigDict(env_prefix="NILM_AUTH_", env_nested_delimiter="__")

    port: int = Field(default=50_051, ge=0, le=65_535)
    """Port of the RPCs; 0 takes a free one."""
    ops_port: int = Field(default=9_051, ge=0, le=65_535)
    """Port of metrics, health and the JWKS document over HTTP; 0 takes a free one."""
    data_dir: Path = Path("data/auth")
    """Folder of the account database, the signing key and the outbox; made if it is missing."""
    account_store: Literal["sql", "supabase"] = "sql"
    """Where accounts and buildings are kept: SQLite or PostgreSQL, or a Supabase project."""
    database_url: str = ""
    """Such as `postgresql://nilm_auth@db.example/nilm_auth?sslmode=require`; empty for a SQLite
    file under `data_dir`. An address with a password belongs into `database_url_file`."""
    database_url_file: Path | None = None
    """File that holds `database_url`."""
    database_pool_size: int = Field(default=10, ge=1)
    """Most connections to PostgreSQL that one process keeps and uses at once."""
    database_wait_timeout_s: float = Field(default=5.0, gt=0)
    """How long a call waits for one of them before it is told UNAVAILABLE."""
    database_connect_timeout_s: float = Field(default=5.0, gt=0)
    """How long PostgreSQL may take to let a connection in."""
    database_statement_timeout_s: float = Field(default=10.0, gt=0)
    """How long one statement may take."""
    signing_key_file: Path | None = None
    """Ed25519 private key, PEM; made where it is missing. Default: under `data_dir`."""
    service_secret_file: Path | None = None
    """The secret that the services share, at least 32 characters; without it none gets a token."""
    identity: Literal["embedded", "supabase"] = "embedded"
    """Who keeps passwords and sessions: this service, or Supabase Auth."""
    supabase_url: str = ""
    """Address of the Supabase project, such as `https://PROJECT.supabase.co`."""
    supabase_key_file: Path | None = None
    """File of the project's publishable (or older: anon) key, which names the project and opens
    nothing by itself."""
    supabase_service_key_file: Path | None = None
    """File of the project's secret (or older: service_role) key, for `account_store=supabase`; it
    passes row-level security, so this service alone may read it."""
    supabase_timeout_s: float = Field(default=10.0, gt=0)
    """How long the project's database may take to answer."""
    sign_up_open: bool = True
    """Whether anybody may make an account."""
    password_memory_kib: int = Field(default=19_456, ge=8)
    """Memory of one password hashing, KiB (argon2id as OWASP advises: 19 MiB, 2 passes)."""
    password_passes: int = Field(default=2, ge=1)
    """Passes of one password hashing."""
    password_threads: int = Field(default=2, ge=1)
    """How many passwords are hashed at once."""
    reset_link: str = "{token}"
    """What a reset mail holds, such as `https://home.example/app/reset-password?token={token}`."""
    initial_admin_email: str = ""
    """Address of the administrator that is made at start while there is none."""
    initial_admin_password_file: Path | None = None
    """File of that administrator's first password."""
    demo: bool = False
    """Whether a demo account is made at start."""
    demo_email: str = "demo@nilm.local"
    """Address of the demo account."""
    demo_password_file: Path | None = None
    """Its password; made at random where the file is missing. Default: under `data_dir`."""

    def database(self) -> str:
        """Returns the address of the account database, unless it is in `database_url_file`."""
        return self.database_url or f"sqlite:///{self.data_dir / 'auth.db'}"

    def signing_key(self) -> Path:
        """Returns the file of the signing key."""
        return self.signing_key_file or self.data_dir / "signing-key.pem"

    def supabase_auth_url(self) -> str:
        """Returns the address of the project's sign-in server."""
        return f"{self.supabase_url.rstrip('/')}/auth/v1"

    def token_rules(self) -> VerifierSettings:
        """Returns how tokens are verified; those of the project by default by its signing key."""
        if self.identity == "embedded" or self.tokens.supabase is not None:
            return self.tokens
        project = SupabaseTokenSettings(issuer=self.supabase_auth_url())
        return self.tokens.model_copy(update={"supabase": project})

    def reset_page(self) -> str:
        """Returns the address of the page that sets a password; empty where there is none."""
        page, _, _ = self.reset_link.partition("?")
        return page if page.startswith(("http://", "https://")) else ""

    def outbox(self) -> Path:
        """Returns the file that mail is kept in."""
        return self.data_dir / "outbox.jsonl"

    def demo_password(self) -> Path:
        """Returns the file of the demo account's password."""
        return self.demo_password_file or self.data_dir / "demo-password"
