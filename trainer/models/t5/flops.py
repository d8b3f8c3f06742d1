"""Count the floating-point operations of a packed row of T5, for TFLOP/s and MFU.

Counted as in PaLM (Chowdhery et al. 2022, appendix B): matrix products only, forward once and
backward twice. Recomputation for rematerialization does not count.
"""

from trainer.models.t5.sizes import T5Config


def training_flops_per_row(model: T5Config, input_length: int, target_length: int) -> float:
    """Count forward and backward of one packed row, padding included: devices compute it too.

    Base has 438e9 at 512/128 and 2,207e9 at 2048/512.
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
