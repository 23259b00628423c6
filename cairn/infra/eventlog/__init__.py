"""The durable log of everything accepted."""
