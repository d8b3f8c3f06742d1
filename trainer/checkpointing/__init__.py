"""Checkpoints, resuming, and weights of other libraries."""
