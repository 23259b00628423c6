"""Pictures for messages: files that everybody can see, and their names in the account's library."""
