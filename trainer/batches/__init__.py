"""Read a snapshot as packed batches."""
