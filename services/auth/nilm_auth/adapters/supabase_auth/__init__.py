"""Supabase Auth keeps passwords and sessions."""
