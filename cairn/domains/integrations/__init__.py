"""Other people's data coming in."""
