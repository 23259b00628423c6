"""Message templates and their rendering in the Django dialect."""
