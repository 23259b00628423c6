"""SMTP out, and the built-in inbox's sink."""
