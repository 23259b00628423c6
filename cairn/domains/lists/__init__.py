"""Static groups of profiles, and how each member joined."""
