"""Accounts, roles, tokens, buildings and who may see what."""
