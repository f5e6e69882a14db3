"""What the commands do through the gateway, by gRPC."""
