-- A mutation, not a lightweight delete: after that one the projections go on showing what was deleted, and the rows
-- stay on the disk until their part is merged. Only parts with such rows are written anew. Params: account, profile
ALTER TABLE events DELETE WHERE account = {account:UInt32} AND profile = {profile:UInt32} SETTINGS mutations_sync = 2
