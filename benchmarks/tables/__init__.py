"""The tables of `docs/accuracy.md` and `docs/performance.md`, from results files."""
