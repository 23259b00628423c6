"""Campaigns: one message to an audience at a time. Not how messages leave (messaging), nor what they earned."""
