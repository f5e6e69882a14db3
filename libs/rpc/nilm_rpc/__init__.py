"""What each gRPC service stands on: serving, interceptors, tokens, settings, logs and metrics."""
