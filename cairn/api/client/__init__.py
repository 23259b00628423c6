"""The /client family: public key, write-only."""
