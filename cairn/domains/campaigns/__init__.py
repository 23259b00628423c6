"""One message to an audience at a time."""
