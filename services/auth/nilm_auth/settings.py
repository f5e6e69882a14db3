"""What `auth` is started with, from the environment under `NILM_AUTH_`."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from nilm_rpc.settings import ServerSettings


class AuthSettings(ServerSettings):
    """The settings of the service."""

    model_config = SettingsConfigDict(env_prefix="NILM_AUTH_", env_nested_delimiter="__")

    port: int = Field(default=50_051, ge=0, le=65_535)
    """Port of the RPCs; 0 takes a free one."""
    ops_port: int = Field(default=9_051, ge=0, le=65_535)
    """Port of metrics, health and the JWKS document over HTTP; 0 takes a free one."""
    data_dir: Path = Path("data/auth")
    """Folder of the account database, the signing key and the outbox; made if it is missing."""
    database_url: str = ""
    """SQLAlchemy address with an async driver; empty for a SQLite file under `data_dir`."""
    signing_key_file: Path | None = None
    """Ed25519 private key, PEM; made where it is missing. Default: under `data_dir`."""
    service_secret_file: Path | None = None
    """The secret that the services share, at least 32 characters; without it none gets a token."""
    sign_up_open: bool = True
    """Whether anybody may make an account."""
    password_memory_kib: int = Field(default=19_456, ge=8)
    """Memory of one password hashing, KiB (argon2id as OWASP advises: 19 MiB, 2 passes)."""
    password_passes: int = Field(default=2, ge=1)
    """Passes of one password hashing."""
    password_threads: int = Field(default=2, ge=1)
    """How many passwords are hashed at once."""
    reset_link: str = "{token}"
    """What a reset mail holds, such as `https://home.example/reset?token={token}`."""
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
        """Returns the address of the account database."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'auth.db'}"

    def signing_key(self) -> Path:
        """Returns the file of the signing key."""
        return self.signing_key_file or self.data_dir / "signing-key.pem"

    def outbox(self) -> Path:
        """Returns the file that mail is kept in."""
        return self.data_dir / "outbox.jsonl"

    def demo_password(self) -> Path:
        """Returns the file of the demo account's password."""
        return self.demo_password_file or self.data_dir / "demo-password"
