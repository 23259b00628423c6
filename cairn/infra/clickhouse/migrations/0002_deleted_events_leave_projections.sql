-- Events were deleted lightly, which left them in the projections, and so in listings and counts.
ALTER TABLE events APPLY DELETED MASK SETTINGS mutations_sync = 2;
