"""State which models a configuration can ask for. Does not import JAX."""

from typing import TypeAlias

from trainer.models.t5.sizes import ModelDims, SizeName

# A named size of T5 1.1, or the dimensions of a T5. Another architecture adds its own type.
ModelSize: TypeAlias = SizeName | ModelDims
