"""Evaluate a checkpoint on benchmarks."""
