"""Cairn: an open-source, self-hosted B2C CRM."""
