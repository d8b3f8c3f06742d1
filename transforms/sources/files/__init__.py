"""Rows of files: JSON, CSV, Parquet, TFDS, compressed or not."""
