"""Refreshes, the channels that they move, and which snapshots are kept."""
