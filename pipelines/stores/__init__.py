"""The directory of a store, and its locks."""
