"""The hot paths: plain endpoints that check a request and write it to the event log, asking no database."""
