"""What happens after a write was accepted: batches from the log, timers, sends."""
