"""Outgoing HTTP behind the guard, and the web server."""
