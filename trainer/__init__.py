"""Fine-tune a model (T5, in Flax NNX) on flanbeam snapshots and evaluate it."""
