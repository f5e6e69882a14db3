"""One network served by this project and by other model servers, measured side by side."""
