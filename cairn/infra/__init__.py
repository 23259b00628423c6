"""Adapters to what lies outside: one folder per outside thing, a port and its implementations."""
