"""An invented shop with a year of life, so that a newcomer sees Cairn at work. The same seed makes the same shop."""
