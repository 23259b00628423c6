"""Who owns the data: accounts, users, API keys."""
