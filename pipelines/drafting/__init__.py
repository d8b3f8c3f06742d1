"""Draft a recipe for undescribed files."""
