"""What each release of the API changed for clients that are in use: one file per release, `table.py` joins them."""
