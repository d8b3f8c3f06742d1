"""Name the axes of parameters. Modules declare them; the trainer splits parameters by them.

    nnx.Param(value, axes=(VOCABULARY, FEATURES))
    nnx.Linear(..., kernel_metadata={"axes": (FEATURES, HIDDEN)})

A parameter without a declaration is kept whole on every device. The key is not Flax's own
`out_sharding`, because Flax then wants a mesh while the module is built.
"""

FEATURES = "features"  # of the residual stream
HIDDEN = "hidden"  # inside a layer: heads, feed-forward units
VOCABULARY = "vocabulary"
