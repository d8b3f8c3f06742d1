"""Refreshes, channels, and the retention of snapshots."""
