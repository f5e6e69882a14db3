"""What `auth` counts beside its RPCs."""

from prometheus_client import Counter, Gauge

PASSWORDS_WAITING = Gauge(
    "nilm_auth_passwords_waiting", "Passwords that wait to be hashed or are being hashed."
)
REFRESH_REUSES = Counter(
    "nilm_auth_refresh_reuses", "Spent refresh tokens that were presented; each ended a session."
)
