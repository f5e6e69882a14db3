"""Prometheus metrics of inference."""

from prometheus_client import Counter, Gauge, Histogram

BATCH_SIZE = Histogram(
    "nilm_inference_batch_size",
    "Windows of each batch.",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
)
QUEUE_DEPTH = Gauge("nilm_inference_queue_depth", "Windows that wait for a batch.")
REFUSED_DEADLINES = Counter(
    "nilm_inference_refused_deadlines", "Calls refused since their deadline could not be met."
)
WINDOWS = Counter("nilm_inference_windows", "Single windows evaluated.", ["appliance_id"])
DENSE_CELLS = Counter(
    "nilm_inference_dense_cells", "Cells of intervals evaluated.", ["appliance_id"]
)
MODEL_LOAD = Histogram(
    "nilm_inference_model_load_seconds",
    "Time to read the registry and load every active model.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
MODELS_READY = Gauge("nilm_inference_models_ready", "Models in memory.")
MODEL_BYTES = Gauge("nilm_inference_model_bytes", "Bytes of the weights in memory.")
LIVE_ROUNDS = Counter("nilm_inference_live_rounds", "Rounds of the live loop, by outcome.", ["ok"])
LIVE_CELLS = Counter("nilm_inference_live_cells", "Predictions that the live loop kept.")
JOBS = Counter("nilm_inference_jobs", "Jobs ended, by their last state.", ["state"])
JOB_CELLS = Counter("nilm_inference_job_cells", "Predictions that jobs kept.")
DRIFT_PSI = Gauge(
    "nilm_inference_drift_psi",
    "Population stability index of the newest week with enough data against training.",
    ["appliance_id", "model_id", "model_version", "of"],
)
