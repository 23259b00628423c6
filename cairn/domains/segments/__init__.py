"""Live groups defined by conditions."""
