"""The hot paths: plain RSGI endpoints that check a request and write it to the event log, asking no database."""
