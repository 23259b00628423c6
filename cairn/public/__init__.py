"""What needs no login: tracking, hosted pages, hooks."""
