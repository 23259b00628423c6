"""Templates and the language they are written in: Klaviyo's Django dialect, sandboxed. Not how messages are sent."""
