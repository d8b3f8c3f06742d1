"""Floating-point work of a packed row, and what devices can do: for TFLOP/s and MFU.

MFU as Chowdhery et al. 2022 (PaLM, appendix B) count it: matrix products alone, forward once and
backward twice; what rematerialisation computes again does not count.
"""

import jax

from trainer.models.t5.sizes import T5Config

# Dense bfloat16 peak of one device in FLOP/s, from the makers' data sheets, by JAX's device kind.
_PEAK_BFLOAT16: dict[str, float] = {
    "TPU v2": 45e12,
    "TPU v3": 123e12,
    "TPU v4": 275e12,
    "TPU v5 lite": 197e12,
    "TPU v5": 459e12,
    "TPU v5p": 459e12,
    "TPU v6 lite": 918e12,
    "NVIDIA A100": 312e12,
    "NVIDIA H100 PCIe": 756e12,
    "NVIDIA H100": 989e12,
    "NVIDIA H200": 989e12,
    "NVIDIA GH200": 989e12,
    "NVIDIA B200": 2250e12,
    "NVIDIA L4": 121e12,
    "NVIDIA L40": 181e12,
    "NVIDIA L40S": 362e12,
    "NVIDIA A10": 125e12,
    "NVIDIA A10G": 70e12,
    "Tesla V100": 125e12,  # float16: it has no bfloat16
    "Tesla T4": 65e12,  # float16
}


def training_flops_per_row(model: T5Config, input_length: int, target_length: int) -> float:
    """Forward and backward of one packed row, padding included as devices compute it too.

    Base at 512/128 gives 438e9, at 2048/512 2,207e9.
    """
    dim, mlp = model.model_dim, 3 * model.model_dim * model.mlp_dim
    inner = model.num_heads * model.head_dim
    projections = 4 * dim * inner
    encoder = 2 * input_length * (projections + mlp) + 4 * input_length**2 * inner
    decoder = (
        2 * target_length * (projections + 2 * dim * inner + mlp)
        + 2 * input_length * 2 * dim * inner  # keys and values of the encoded inputs
        + 4 * target_length * (target_length + input_length) * inner
    )
    head = 2 * target_length * dim * model.vocab_size
    return 3.0 * (model.encoder_layers * encoder + model.decoder_layers * decoder + head)


def peak_flops(device: jax.Device) -> float | None:
    """Dense bfloat16 peak of a device; None if unknown, as for CPUs."""
    kind = device.device_kind
    known = [name for name in _PEAK_BFLOAT16 if kind.startswith(name)]
    return _PEAK_BFLOAT16[max(known, key=len)] if known else None
