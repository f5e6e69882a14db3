"""InfluxDB 2.x: line protocol in, Flux from typed templates out, over its HTTP API."""
