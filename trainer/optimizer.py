"""Configure Adafactor as T5 does (Shazeer and Stern 2018; t5x `adafactor.Adafactor`)."""

import optax


def adafactor(learning_rate: float) -> optax.GradientTransformation:
    """Return Adafactor with a constant rate, relative to each parameter's root mean square.

    The second moments start at zero because public checkpoints have none. Flan-T5 continued from
    step 1.1M with restored moments; `decay_offset=1.1e6` with fresh moments would give NaN.
    """
    transformation: optax.GradientTransformation = optax.adafactor(
        learning_rate,
        min_dim_size_to_factor=128,
        decay_rate=0.8,
        decay_offset=0,
        multiply_by_parameter_scale=True,
        clipping_threshold=1.0,
        momentum=None,
        weight_decay_rate=None,
        eps=1e-30,
    )
    return transformation
