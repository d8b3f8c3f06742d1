"""Exact and near-duplicates."""
