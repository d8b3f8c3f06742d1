"""Shards, the manifest, and the files for other readers."""
