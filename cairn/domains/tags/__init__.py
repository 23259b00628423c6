"""Labels on lists, segments, campaigns and flows."""
