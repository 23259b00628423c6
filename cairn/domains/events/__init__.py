"""What customers did: metrics, and events in ClickHouse."""
