"""PostgreSQL: the embedded server and connections."""
