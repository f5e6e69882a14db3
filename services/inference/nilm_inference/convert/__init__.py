"""Between messages and domain types; bounds are checked here, naming the field."""
