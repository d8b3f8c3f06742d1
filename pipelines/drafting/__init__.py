"""Draft a recipe for files that nobody has described yet."""
