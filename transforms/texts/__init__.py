"""Normal forms and hashes of texts."""
