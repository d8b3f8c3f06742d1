"""Verify, gate, explain and compare finished snapshots."""
