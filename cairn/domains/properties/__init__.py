"""What is known of the properties of profiles and events: types, coverage, examples, use; their names, and their end.

It writes no profile itself (profiles.actions does) and never changes an event.
"""
