"""Look up the peak rate of an accelerator, the denominator of MFU."""

import jax

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


def peak_flops(device: jax.Device) -> float | None:
    """Return the dense bfloat16 peak of a device in FLOP/s; None if unknown, as for CPUs."""
    kind = device.device_kind
    known = [name for name in _PEAK_BFLOAT16 if kind.startswith(name)]
    return _PEAK_BFLOAT16[max(known, key=len)] if known else None
