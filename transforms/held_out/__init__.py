"""Held-out evaluation sets, and the search for them in records."""
