"""What the worker runs for privacy."""

from cairn.domains.privacy.running import run as run
