"""T5 in Flax NNX, fine-tuned on flanbeam snapshots: model, data, train step, checkpoints."""
