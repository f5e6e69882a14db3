"""Clients of the other services; the only part of this package that sees generated code."""
