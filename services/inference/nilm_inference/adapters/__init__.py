"""The services that inference stands on."""
