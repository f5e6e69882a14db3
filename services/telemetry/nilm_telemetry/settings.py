"""What the service is started with, from the environment under `NILM_TELEMETRY_`."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from nilm_rpc.settings import ServerSettings


class TelemetrySettings(ServerSettings):
    """Settings of the telemetry service."""

    model_config = SettingsConfigDict(
        env_prefix="NILM_TELEMETRY_", env_nested_delimiter="__", extra="ignore"
    )

    port: int = Field(default=50_052, ge=0, le=65_535)
    ops_port: int = Field(default=9_052, ge=0, le=65_535)
    database_path: Path = Path("data/telemetry.duckdb")
    """The data file; made where it is absent, with its folder."""
    auth_target: str = "127.0.0.1:50051"
    """`host:port` of `auth`, which knows who may see what."""
    access_ttl_s: float = Field(default=30.0, gt=0)
    """How long an access decision is used before `auth` is asked again."""
    store_memory_mb: int = Field(default=192, ge=64)
    """Most memory for the store's buffers."""
    store_threads: int = Field(default=2, ge=1)
    """Threads that one query may use."""
    store_readers: int = Field(default=2, ge=1)
    """Queries that may run at once."""
    max_import_bytes: int = Field(default=4 << 30, ge=1 << 20)
    """Largest file that may be imported."""
