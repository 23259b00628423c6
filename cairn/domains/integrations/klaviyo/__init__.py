"""Moving in from Klaviyo: reads an account through its public API and makes the same things here.

Each kind of thing is a step, each page of it one transaction that also notes where to go on: what is interrupted goes
on there, and what is copied again meets what is there.
"""
