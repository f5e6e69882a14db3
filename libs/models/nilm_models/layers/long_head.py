"""A dense layer as long as a window, slid over an interval as one convolution in frequency.

Overlap-save (Stockham, 1966): the interval is cut into segments that overlap by the layer's
length, and all of them are multiplied with the layer's spectrum in one batched product. It is the
same sum as that of the sliding layer, in another order: the answers differ by rounding alone.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

SHORTEST_KERNEL = 128
"""Taps from which on this beats a plain convolution."""
_SEGMENT_SAMPLES = 1_536
_UNITS_AT_A_TIME = 32


def slide_dense(features: Tensor, hidden: nn.Conv1d, output: nn.Conv1d) -> Tensor:
    """Computes `output(relu(hidden(features)))` for one long interval.

    Hidden units are taken a few at a time, so that neither their spectra nor their values over
    the interval are ever held together: those of 30 million weights would fill 400 MB.

    Args:
        features: (1, C, M).
        hidden: Dense layer as a convolution of K <= M taps without padding, weight (U, C, K).
        output: Convolution of one tap, weight (A, U, 1).

    Returns:
        (1, A, M - K + 1).
    """
    channels, length = features.shape[1:]
    weight, bias = hidden.weight, _bias_of(hidden)
    taps = weight.shape[-1]
    count = length - taps + 1
    size = max(_SEGMENT_SAMPLES, 2 * taps)
    step = size - taps + 1
    segments = -(-count // step)
    # Run backwards, the interval is convolved with the weights as they lie, none of them flipped.
    backwards = features[0].flip(1)
    padded = functional.pad(backwards, (0, segments * step + taps - 1 - length))
    spectrum = _by_frequency(torch.fft.rfft(padded.unfold(1, size, step)))  # (F, C segments)
    spectrum = spectrum.view(-1, channels, segments)
    answer = _bias_of(output)[:, None].repeat(1, segments * step)
    for first in range(0, weight.shape[0], _UNITS_AT_A_TIME):
        units = slice(first, first + _UNITS_AT_A_TIME)
        kernels = _by_frequency(torch.fft.rfft(weight[units], n=size))  # (F, units C)
        product = torch.bmm(kernels.view(kernels.shape[0], -1, channels), spectrum)
        product = _transposed(product.flatten(1))  # (units segments, F)
        values = torch.fft.irfft(product, n=size)[:, taps - 1 :]  # (units segments, step)
        values = values.unflatten(0, (-1, segments)) + bias[units, None, None]
        answer += output.weight[:, units, 0] @ values.relu_().flatten(1)
    return answer[None, :, :count].flip(2)


def _by_frequency(spectra: Tensor) -> Tensor:
    """Returns (..., F) as (F, ...) flattened, which one batched product wants."""
    return _transposed(spectra.flatten(0, -2))


def _transposed(matrix: Tensor) -> Tensor:
    """Returns a complex64 matrix transposed, moved as whole numbers of the same 8 bytes.

    torch moves those block by block, and complex ones element by element.
    """
    return matrix.view(torch.int64).t().contiguous().view(torch.complex64)


def _bias_of(layer: nn.Conv1d) -> Tensor:
    if layer.bias is None:
        raise ValueError("the layer must have a bias")
    return layer.bias
