"""Messages to domain values and back; bounds are checked here, each error naming its field."""
