"""What the service is started with, from the environment under `NILM_TELEMETRY_`."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from nilm_core.errors import FailedPreconditionError
from nilm_rpc.settings import ServerSettings


class InfluxDbSettings(BaseModel):
    """How InfluxDB 2.x is reached, such as `NILM_TELEMETRY_INFLUXDB__URL`."""

    url: str = ""
    """Where it answers, such as `http://127.0.0.1:8086`; required."""
    org: str = "nilm"
    """Name of the organisation that the buckets belong to."""
    token_file: Path | None = None
    """File of the API token; it or `token` is required."""
    token: SecretStr = SecretStr("")
    """The API token itself, where there is no `token_file`."""
    raw_bucket: str = "raw_sensor_data"
    """Bucket of readings; those beside it are called after it."""
    predictions_bucket: str = "predictions"
    """Bucket of predictions."""
    request_timeout_s: float = Field(default=10.0, gt=0, le=60)
    """Longest that one request may take."""
    write_timeout_s: float = Field(default=20.0, gt=0, le=120)
    """Longest that a write waits, its turn included; a caller's shorter deadline counts."""
    batch_rows: int = Field(default=25_000, ge=1, le=250_000)
    """From so many rows on a write request is full."""
    max_queued_rows: int = Field(default=1_000_000, ge=100_000)
    """Most rows that may wait for each bucket; more are refused."""
    queries: int = Field(default=8, ge=1)
    """Queries that may run at once."""

    def required_url(self) -> str:
        """Returns where it answers.

        Raises:
            FailedPreconditionError: It is not set, or no URL.
        """
        if not self.url.startswith(("http://", "https://")):
            raise FailedPreconditionError(
                "set NILM_TELEMETRY_INFLUXDB__URL to where InfluxDB answers, such as "
                "http://127.0.0.1:8086"
            )
        return self.url

    def read_token(self) -> str:
        """Returns the API token.

        Raises:
            FailedPreconditionError: There is none, or its file cannot be read.
        """
        if self.token_file is None:
            token = self.token.get_secret_value()
        else:
            try:
                token = self.token_file.read_text(encoding="utf-8").strip()
            except OSError as error:
                raise FailedPreconditionError(
                    f"{self.token_file}: cannot be read: {error.strerror}"
                ) from error
        if not token:
            raise FailedPreconditionError(
                "set NILM_TELEMETRY_INFLUXDB__TOKEN_FILE to a file with InfluxDB's API token"
            )
        return token


class TelemetrySettings(ServerSettings):
    """Settings of the telemetry service."""

    model_config = SettingsConfigDict(
        env_prefix="NILM_TELEMETRY_", env_nested_delimiter="__", extra="ignore"
    )

    port: int = Field(default=50_052, ge=0, le=65_535)
    ops_port: int = Field(default=9_052, ge=0, le=65_535)
    store: Literal["duckdb", "influxdb"] = "duckdb"
    """Where readings and predictions are kept."""
    influxdb: InfluxDbSettings = InfluxDbSettings()
    database_path: Path = Path("data/telemetry.duckdb")
    """The data file of DuckDB; made where it is absent, with its folder.

    Files that are being imported are kept beside it, whatever the store.
    """
    auth_target: str = "127.0.0.1:50051"
    """`host:port` of `auth`, which knows who may see what."""
    access_ttl_s: float = Field(default=30.0, gt=0)
    """How long an access decision is used before `auth` is asked again."""
    store_memory_mb: int = Field(default=192, ge=64)
    """Most memory for DuckDB's buffers."""
    store_threads: int = Field(default=2, ge=1)
    """Threads that one query of DuckDB may use."""
    store_readers: int = Field(default=2, ge=1)
    """Queries of DuckDB that may run at once."""
    max_import_bytes: int = Field(default=4 << 30, ge=1 << 20)
    """Largest file that may be imported."""
