"""The embedded store: one DuckDB file, written by one thread that commits in groups."""
