"""The HTTP API: JSON:API kernel, resources, client and legacy families."""
