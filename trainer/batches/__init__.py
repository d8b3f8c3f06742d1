"""From a snapshot to packed batches."""
