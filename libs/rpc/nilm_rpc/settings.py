"""Settings that every service has; each service adds its own.

A field is read from the environment under the service's prefix, such as `NILM_AUTH_PORT`; nested
fields take two underscores, such as `NILM_AUTH_TOKENS__JWKS_URL`.
"""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings

Algorithm = Literal["HS256", "RS256", "ES256", "EdDSA"]


class VerifierSettings(BaseModel):
    """How access tokens are verified. With nothing configured every token is refused."""

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
