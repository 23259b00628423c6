"""Moving in from another system."""

STEPS: tuple[str, ...] = ()
