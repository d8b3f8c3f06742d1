"""Adafactor against Shazeer and Stern's formulas, written out in NumPy."""

import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from trainer.optimizer import adafactor

Array = NDArray[np.float64]


def _rms(x: Array) -> float:
    return float(np.sqrt(np.mean(np.square(x))))


def _expected(parameter: Array, gradients: list[Array], learning_rate: float) -> Array:
    """Compute Algorithm 4 of the paper, with factored moments, for a matrix."""
    rows, columns = np.zeros(parameter.shape[0]), np.zeros(parameter.shape[1])
    for step, gradient in enumerate(gradients, start=1):
        decay = 1 - step**-0.8
        square = np.square(gradient) + 1e-30
        rows = decay * rows + (1 - decay) * square.mean(axis=1)
        columns = decay * columns + (1 - decay) * square.mean(axis=0)
        update = gradient / np.sqrt(np.outer(rows, columns) / rows.mean())
        update = update / max(1.0, _rms(update) / 1.0)
        parameter = parameter - learning_rate * max(1e-3, _rms(parameter)) * update
    return parameter


def test_three_steps_equal_the_paper() -> None:
    random = np.random.default_rng(0)
    parameter = random.normal(size=(130, 140))
    gradients = [random.normal(size=parameter.shape) * 10.0**-n for n in range(3)]
    optimizer = adafactor(0.01)
    ours = jnp.asarray(parameter, jnp.float32)
    state = optimizer.init(ours)
    for gradient in gradients:
        updates, state = optimizer.update(jnp.asarray(gradient, jnp.float32), state, ours)
        ours = optax.apply_updates(ours, updates)
    np.testing.assert_allclose(ours, _expected(parameter, gradients, 0.01), atol=2e-6)
