"""The stores of a Supabase project, over PostgREST and bound by its row-level security."""
