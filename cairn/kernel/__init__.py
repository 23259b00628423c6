"""Words that everything shares: ids, clock, errors, scope, pages. No Django, no I/O."""
