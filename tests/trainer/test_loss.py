"""Loss against sums written out in NumPy."""

import jax
import jax.numpy as jnp
import numpy as np

from trainer.loss import summed_loss


def test_sums_equal_the_formula_and_padding_weighs_nothing() -> None:
    random = np.random.default_rng(0)
    logits = random.normal(size=(2, 3, 5)).astype(np.float32)
    targets = random.integers(0, 5, (2, 3)).astype(np.int32)
    weights = np.array([[1, 1, 0], [1, 0, 0]], np.float32)
    cross_entropy = z_loss = 0.0
    for row, column in ((0, 0), (0, 1), (1, 0)):
        log_z = np.log(np.exp(logits[row, column].astype(np.float64)).sum())
        cross_entropy += log_z - logits[row, column, targets[row, column]]
        z_loss += 0.01 * log_z**2
    sums = summed_loss(jnp.asarray(logits), jnp.asarray(targets), jnp.asarray(weights), 0.01)
    np.testing.assert_allclose(sums.cross_entropy, cross_entropy, rtol=1e-6)
    np.testing.assert_allclose(sums.z_loss, z_loss, rtol=1e-6)
    assert sums.weight == 3


def test_large_logits_stay_finite() -> None:
    logits = jnp.array([[[1e4, -1e4]]])
    targets, weights = jnp.array([[1]]), jnp.ones((1, 1))

    def loss(logits: jax.Array) -> jax.Array:
        sums = summed_loss(logits, targets, weights, 1e-4)
        return sums.cross_entropy + sums.z_loss

    value, gradient = jax.value_and_grad(loss)(logits)
    np.testing.assert_allclose(value, 2e4 + 1e-4 * 1e8)
    assert jnp.isfinite(gradient).all()
