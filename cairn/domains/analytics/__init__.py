"""Reports and attribution: functions of the events."""
