"""Track and Identify, the API generation before JSON:API."""
