"""Save and resume runs; import and export weights."""
