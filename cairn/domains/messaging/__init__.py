"""One pipeline from candidate to outcome, with one ledger row per message."""
