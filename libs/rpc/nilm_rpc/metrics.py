"""Prometheus metrics of the RPCs; a service declares its own beside them."""

from prometheus_client import Counter, Gauge, Histogram

RPC_STARTED = Counter("nilm_rpc_started", "RPCs begun.", ["method"])
RPC_HANDLED = Counter("nilm_rpc_handled", "RPCs ended, by gRPC code.", ["method", "code"])
RPC_IN_FLIGHT = Gauge("nilm_rpc_in_flight", "RPCs being served.")
RPC_DURATION = Histogram(
    "nilm_rpc_duration_seconds",
    "Duration of unary RPCs.",
    ["method"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
RATE_LIMITED = Counter("nilm_rpc_rate_limited", "RPCs refused by a rate limit.", ["limit"])
REDIS_AWAY = Gauge("nilm_redis_away", "Whether Redis is configured and does not answer, 0 or 1.")
REDIS_FALLBACKS = Counter(
    "nilm_redis_fallbacks",
    "Questions that were answered without Redis, by what they are for.",
    ["use"],
)
READY = Gauge("nilm_ready", "Whether the service is ready, 0 or 1.")
