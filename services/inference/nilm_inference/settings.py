"""What `inference` is started with, from the environment under `NILM_INFERENCE_`."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from nilm_models.wide_layers import Precision
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
    oip_port: int = Field(default=0, ge=0, le=65_535)
    """Port on 127.0.0.1 that serves the Open Inference Protocol without a token, to whoever is on
    this machine; 0 for none. With a token it is served beside the other RPCs in any case."""
    models_dir: Path = Path("models")
    """Folder of `registry.json` and the weights."""
    auth_target: str = "127.0.0.1:50051"
    """Where `auth` is, `host:port`."""
    telemetry_target: str = "127.0.0.1:50052"
    """Where `telemetry` is, `host:port`."""
    torch_threads: int = Field(default=0, ge=0)
    """Cores that one batch is spread over; 0 for all but one of those that the process may use."""
    precision: Precision = "float32"
    """What single windows are evaluated with: `float32`, or `int8` for dense layers of a million
    weights or more. Intervals are evaluated with float32 always."""
    max_batch: int = Field(default=128, ge=1)
    """Most windows evaluated together."""
    queue_size: int = Field(default=1_024, ge=1)
    """Most windows that wait; more are refused with RESOURCE_EXHAUSTED."""
    chunk_hours: int = Field(default=48, ge=1, le=24 * 30)
    """Length of the pieces that an interval is read, evaluated and kept in."""
    max_disaggregations: int = Field(default=4, ge=1)
    """Most Disaggregate calls that run at once."""
    live: bool = True
    """Whether the live loop runs; it needs `service_secret_file`."""
    live_period_s: float = Field(default=1.0, gt=0)
    """Time from the begin of a round of the live loop to that of the next."""
    live_chunks_per_round: int = Field(default=4, ge=1)
    """Most chunks of one building in a round."""
    live_refine_s: float = Field(default=300.0, ge=0)
    """Time between two predictions of a building's newest half window, whose future comes in; 0
    predicts it again with each new cell. New cells are predicted at once in any case."""
    drift_threshold: float = Field(default=0.25, gt=0)
    """Population stability index, of inputs or outputs against training, from which a model should
    be retrained: 0.1 is a moderate change, 0.25 a large one."""
    drift_keep_s: float = Field(default=60.0, gt=0)
    """Time between two writes of what the live loop counted for it; what a crash loses."""
    service_secret_file: Path | None = None
    """File of the secret that the services share, for the token of the live loop and of jobs."""
    data_dir: Path = Path("data/inference")
    """Folder of the embedded job queue, and of what drift is counted in without Redis."""
    job_queue: Literal["embedded", "redis", "none"] = "embedded"
    """Where jobs wait: in a file of this process alone, in the Redis of `redis_url`, which many
    processes share, or nowhere, so that every job is refused."""
    max_running_jobs: int = Field(default=2, ge=0)
    """Most jobs that this process runs at once, with `service_secret_file`; 0 leaves all of them to
    other processes, which needs Redis."""
    max_open_jobs: int = Field(default=8, ge=1)
    """Most unfinished jobs of a building; more are refused with RESOURCE_EXHAUSTED."""
    max_job_attempts: int = Field(default=5, ge=1)
    """How often a job is begun or resumed before it fails: its worker died each time."""
    job_lease_s: float = Field(default=30.0, gt=0)
    """For how long a job is left to a worker that is silent; a live one tells of itself three times
    in that time."""
    job_poll_s: float = Field(default=1.0, gt=0)
    """Time between two looks into an empty queue."""
    job_patience_s: float = Field(default=1_800.0, ge=0)
    """For how long a job waits for a service that is away before it fails."""
    job_retention_days: float = Field(default=7.0, gt=0)
    """How long jobs that ended can be seen; their predictions stay."""
