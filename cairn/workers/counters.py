"""What the worker has done, for Prometheus."""

from prometheus_client import Counter, Histogram

ENTRIES = Counter("cairn_worker_entries", "Entries of the log that were taken")
EVENTS = Counter("cairn_worker_events", "Events that have rows")
DROPPED = Counter("cairn_worker_events_dropped", "Accepted events without a row of their own", ["reason"])
DEAD = Counter("cairn_worker_dead_letters", "Entries that no handler could take")
STEP_SECONDS = Histogram("cairn_worker_step_seconds", "Time of a batch in one step", ["step"])
TICKS = Counter("cairn_worker_segment_ticks", "Ticks of the segments")
FACTS = Counter("cairn_worker_facts", "Facts of the outbox that were handled")
