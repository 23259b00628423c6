"""One profile per customer: identity, properties, consent, suppression."""
