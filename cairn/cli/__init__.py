"""The commands a user types, one file each."""
