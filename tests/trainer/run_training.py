"""A training run in a process of its own, started by tests; says whether it was stopped."""

import json
import sys

import jax

from trainer.config import TrainConfig
from trainer.train import train

if __name__ == "__main__":
    config_json, snapshot, out, cache = sys.argv[1:]
    jax.config.update("jax_compilation_cache_dir", cache)
    config = TrainConfig.model_validate(json.loads(config_json))
    result = train(config, snapshot, out)
    ended = {
        "stopped": result.stopped,
        "interrupted": result.interrupted,
        "checkpoint": result.checkpoint,
        "last_loss": result.last_loss,
    }
    sys.stdout.write(json.dumps(ended) + "\n")
