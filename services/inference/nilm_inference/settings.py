"""What `inference` is started with, from the environment under `NILM_INFERENCE_`."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from nilm_rpc.settings import ServerSettings


class InferenceSettings(ServerSettings):
    """The settings of the service."""

    model_config = SettingsConfigDict(
        env_prefix="NILM_INFERENCE_", env_nested_delimiter="__", protected_namespaces=()
    )

    port: int = Field(default=50_053, ge=0, le=65_535)
    """Port of the RPCs; 0 takes a free one."""
    ops_port: int = Field(default=9_053, ge=0, le=65_535)
    """Port of metrics and health over HTTP; 0 takes a free one."""
    models_dir: Path = Path("models")
    """Folder of `registry.json` and the weights."""
    auth_target: str = "127.0.0.1:50051"
    """Where `auth` is, `host:port`."""
    telemetry_target: str = "127.0.0.1:50052"
    """Where `telemetry` is, `host:port`."""
    torch_threads: int = Field(default=0, ge=0)
    """Cores that one batch is spread over; 0 for all but one of those that the process may use."""
    max_batch: int = Field(default=128, ge=1)
    """Most windows evaluated together."""
    queue_size: int = Field(default=1_024, ge=1)
    """Most windows that wait; more are refused with RESOURCE_EXHAUSTED."""
    max_batch_wait_ms: float = Field(default=3.0, ge=0)
    """Longest that a batch waits for more windows, ms; a lone one never waits."""
    chunk_hours: int = Field(default=48, ge=1, le=24 * 30)
    """Length of the pieces that an interval is read, evaluated and kept in."""
    max_disaggregations: int = Field(default=4, ge=1)
    """Most Disaggregate calls that run at once."""
    live: bool = True
    """Whether the live loop runs; it needs `service_secret_file`."""
    live_period_s: float = Field(default=5.0, gt=0)
    """Time between two rounds of the live loop."""
    live_chunks_per_round: int = Field(default=4, ge=1)
    """Most chunks of one building in a round."""
    service_secret_file: Path | None = None
    """File of the secret that the services share, for the live loop's own token."""
