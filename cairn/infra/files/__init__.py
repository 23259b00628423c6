"""Files that must survive and are no rows: bytes under a key. What they mean is known to who keeps them."""
