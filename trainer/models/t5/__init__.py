"""Implement T5 1.1 in Flax NNX."""
