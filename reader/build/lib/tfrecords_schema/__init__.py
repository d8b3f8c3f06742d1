"""The contract on disk: features, codec, shards, manifest and snapshot layout.

Both the pipelines that write snapshots and the trainer that reads them import this package;
it imports neither of them, and neither TensorFlow nor JAX.
"""

__version__ = "0.1.0"
