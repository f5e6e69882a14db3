"""Channels to other services."""

import grpc

_OPTIONS = (
    ("grpc.max_receive_message_length", 16 << 20),
    ("grpc.max_send_message_length", 16 << 20),
    ("grpc.keepalive_time_ms", 300_000),  # a Python server refuses pings more often
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 5_000),
)


def connect(target: str, credentials: grpc.ChannelCredentials | None = None) -> grpc.aio.Channel:
    """Returns a channel to `host:port`; it connects on first use and again after a loss.

    Args:
        target: Where to connect to.
        credentials: For TLS; without them the channel is in plain text.
    """
    if credentials is not None:
        return grpc.aio.secure_channel(target, credentials, options=_OPTIONS)
    return grpc.aio.insecure_channel(target, options=_OPTIONS)
