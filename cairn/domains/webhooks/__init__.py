"""Webhooks: what happens in an account, told to other people's servers.

Each thing is kept exactly once for each webhook, and told at least once; a receiver's slowness or absence delays nobody
else.
"""
