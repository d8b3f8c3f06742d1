"""The tasks of known collections, as data: where each lies, how its fields map."""
