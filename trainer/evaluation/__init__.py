"""Benchmarks, answers and scores of a checkpoint."""
