"""Processes: children that never outlive their parent, restarts, the lock and the run state of a data folder."""
