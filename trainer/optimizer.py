"""Adafactor with T5's settings (Shazeer and Stern 2018; t5x `adafactor.Adafactor` defaults)."""

import optax


def adafactor(learning_rate: float) -> optax.GradientTransformation:
    """Adafactor at a constant rate, relative to each parameter's root mean square.

    The second moments start fresh: public checkpoints carry none. Flan-T5 itself went on from
    step 1.1M with restored moments; `decay_offset=1.1e6` with fresh ones would give NaN.
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
