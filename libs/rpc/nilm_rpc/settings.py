"""Settings that every service has; each service adds its own.

A field is read from the environment under the service's prefix, such as `NILM_AUTH_PORT`; nested
fields take two underscores, such as `NILM_AUTH_TOKENS__JWKS_URL`.
"""

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

from nilm_core.errors import FailedPreconditionError

Algorithm = Literal["HS256", "RS256", "ES256", "EdDSA"]


class IssuerSettings(BaseModel):
    """How the tokens of one issuer are verified."""

    algorithm: Algorithm = "EdDSA"
    """The one algorithm that is accepted; what a token's header says is never asked."""
    issuer: str = "nilm-auth"
    audience: str = "nilm"
    jwks_url: str = ""
    """Where the public keys are; needed for all but HS256."""
    secret_file: Path | None = None
    """File of the shared secret, at least 32 bytes; needed for HS256."""
    jwks_ttl_s: float = Field(default=300.0, gt=0)
    """How long fetched keys are used before they are fetched again."""
    jwks_min_refresh_s: float = Field(default=60.0, ge=0)
    """Least time between two fetches that an unknown key id causes."""
    leeway_s: float = Field(default=5.0, ge=0)
    """How far clocks may differ."""


class SupabaseTokenSettings(IssuerSettings):
    """How the tokens of a Supabase project's people are verified."""

    algorithm: Algorithm = "ES256"
    """That of the project's signing key; HS256 for a project with the older shared secret."""
    issuer: str = Field(min_length=1)
    """Such as `https://PROJECT.supabase.co/auth/v1`."""
    audience: str = "authenticated"

    @model_validator(mode="after")
    def _find_keys(self) -> Self:
        if self.algorithm == "HS256" and self.secret_file is None:
            raise ValueError(
                "secret_file is needed for HS256: the file of the project's JWT secret"
            )
        if self.algorithm != "HS256" and not self.jwks_url:
            self.jwks_url = f"{self.issuer.rstrip('/')}/.well-known/jwks.json"
        return self


class VerifierSettings(IssuerSettings):
    """How access tokens are verified. With nothing configured every token is refused."""

    supabase: SupabaseTokenSettings | None = None
    """The second issuer, where Supabase Auth signs the tokens of people; services keep ours."""


class ServerSettings(BaseSettings):
    """What every service is started with."""

    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65_535)
    """Port of the RPCs; 0 takes a free one."""
    ops_port: int = Field(default=0, ge=0, le=65_535)
    """Port of metrics and health over HTTP; 0 takes a free one."""
    environment: Literal["development", "production"] = "production"
    """In development, `/health` tells details."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    drain_grace_s: float = Field(default=10.0, ge=0)
    """How long calls in flight may go on after SIGTERM."""
    default_deadline_s: float = Field(default=30.0, gt=0)
    """Deadline of a unary call that brings none."""
    tokens: VerifierSettings = VerifierSettings()
    limit_default_per_minute: int = Field(default=1_200, ge=0)
    """Calls a minute a user; 0 for no limit."""
    limit_sign_in_per_minute: int = Field(default=120, ge=0)
    """Sign-ins and sign-ups a minute an address; 0 for no limit."""
    limit_inference_per_minute: int = Field(default=60, ge=0)
    """Inference calls a minute a user; 0 for no limit."""
    redis_url: SecretStr = SecretStr("")
    """Such as `rediss://nilm:PASSWORD@redis.example:6380/0`; empty for none: what replicas would
    share is then kept by each process. An address with a password belongs into `redis_url_file`."""
    redis_url_file: Path | None = None
    """File that holds `redis_url`."""
    redis_prefix: str = Field(default="nilm", pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$")
    """Begins every key and channel; the same in all services of one installation."""
    redis_timeout_ms: int = Field(default=100, ge=5, le=5_000)
    """Longest that a call waits for Redis before it goes on without, ms."""
    redis_retry_s: float = Field(default=1.0, gt=0)
    """Time between two tries to reach a Redis that is away."""

    def redis_address(self) -> str:
        """Returns the address of Redis, which is a secret; empty for none.

        Raises:
            FailedPreconditionError: Both settings name one.
            OSError: The file cannot be read.
        """
        address = self.redis_url.get_secret_value()
        if self.redis_url_file is None:
            return address
        if address:
            raise FailedPreconditionError("redis_url and redis_url_file are both set; keep one")
        return self.redis_url_file.read_text(encoding="utf-8").strip()
