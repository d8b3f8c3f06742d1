"""Loss against sums written out in NumPy."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from trainer.loss import summed_loss


def _batch(targets: NDArray[Any], weights: NDArray[Any]) -> dict[str, jax.Array]:
    return {
        "target_tokens": jnp.asarray(targets, jnp.int32),
        "loss_weights": jnp.asarray(weights, jnp.float32),
        "target_segment_ids": jnp.asarray(weights, jnp.int32),
    }


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
    sums = summed_loss(jnp.asarray(logits), _batch(targets, weights), z_loss=0.01)
    np.testing.assert_allclose(sums.cross_entropy, cross_entropy, rtol=1e-6)
    np.testing.assert_allclose(sums.z_loss, z_loss, rtol=1e-6)
    assert sums.weight == 3


def test_large_logits_stay_finite() -> None:
    logits = jnp.array([[[1e4, -1e4]]])
    batch = _batch(np.array([[1]]), np.ones((1, 1)))

    def loss(logits: jax.Array) -> jax.Array:
        sums = summed_loss(logits, batch, z_loss=1e-4)
        return sums.cross_entropy + sums.z_loss

    value, gradient = jax.value_and_grad(loss)(logits)
    np.testing.assert_allclose(value, 2e4 + 1e-4 * 1e8)
    assert jnp.isfinite(gradient).all()


def test_normalizers_weigh_tokens_or_examples_or_by_a_number() -> None:
    random = np.random.default_rng(1)
    logits = jnp.asarray(random.normal(size=(2, 4, 5)), jnp.float32)
    batch = _batch(random.integers(0, 5, (2, 4)), np.array([[1, 1, 1, 1], [1, 1, 0, 0]]))
    batch["target_segment_ids"] = jnp.array([[1, 1, 1, 2], [1, 1, 0, 0]])
    batch["task_ids"] = jnp.array([[0, 0, 0, 1], [1, 1, 0, 0]])
    nats = -jax.nn.log_softmax(logits)[np.arange(2)[:, None], np.arange(4), batch["target_tokens"]]
    means = [nats[0, :3].mean(), nats[0, 3], nats[1, :2].mean()]
    for normalizer, expected in (
        ("tokens", (nats[0].sum() + nats[1, :2].sum()) / 6),
        ("examples", sum(means) / 3),
        (10.0, (nats[0].sum() + nats[1, :2].sum()) / 10),
    ):
        sums = summed_loss(logits, batch, normalizer=normalizer, num_tasks=2)  # type: ignore[arg-type]
        np.testing.assert_allclose(sums.objective / sums.divisor, expected, rtol=1e-6)
        np.testing.assert_allclose(sums.task_weight, [3, 3])
        np.testing.assert_allclose(sums.task_cross_entropy[0], nats[0, :3].sum(), rtol=1e-6)
