"""ClickHouse: the embedded host process, client and migrations."""
