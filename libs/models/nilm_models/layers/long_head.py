"""A dense layer as long as a window, slid over an interval as one convolution in frequency.

Overlap-save (Stockham, 1966): the interval is cut into segments that overlap by the layer's
length, and all of them are multiplied with the layer's spectrum in one batched product. It is the
same sum as that of the sliding layer, in another order: the answers differ by rounding alone.
"""

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

SHORTEST_KERNEL = 128
"""Taps from which on this beats a plain convolution."""
_SEGMENT_SAMPLES = 1_536
_UNITS_OF_A_PRODUCT = 64
"""Products of matrices are quick once they are so large."""
_UNITS_OF_A_TRANSFORM = 4
"""What is transformed and transposed at a time is to stay in the core's own cache."""


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
    length, taps = features.shape[-1], hidden.kernel_size[0]
    count = length - taps + 1
    size = max(_SEGMENT_SAMPLES, 2 * taps)
    step = size - taps + 1
    segments = -(-count // step)
    # Run backwards, the interval is convolved with the weights as they lie, none of them flipped.
    backwards = features[0].flip(1)
    padded = functional.pad(backwards, (0, segments * step + taps - 1 - length))
    head = _Head(hidden, output, size)
    answer = head.slide(torch.fft.rfft(padded.unfold(1, size, step)))  # (A, segments, step)
    return answer.flatten(1)[None, :, :count].flip(2)


class _Head:
    """A dense layer and what follows it, on segments of `size` samples each."""

    def __init__(self, hidden: nn.Conv1d, output: nn.Conv1d, size: int) -> None:
        self._weight, self._bias = hidden.weight, _bias_of(hidden)  # (U, C, K), (U,)
        self._output_weight, self._output_bias = output.weight[:, :, 0], _bias_of(output)
        self._size = size

    def slide(self, spectrum: Tensor) -> Tensor:
        """Maps the segments' spectrum (C, segments, F) to their answers (A, segments, step)."""
        channels, segments, frequencies = spectrum.shape
        factor = _real_factor(spectrum)
        units = len(self._weight)
        at_once = min(units, _UNITS_OF_A_PRODUCT)
        kernels = factor.new_empty(frequencies, at_once * channels, dtype=torch.complex64)
        product = factor.new_empty(frequencies, at_once, 2 * segments)
        step = self._size - self._weight.shape[-1] + 1
        answer = self._output_bias[:, None].repeat(1, segments * step)
        for first in range(0, units, at_once):
            group = range(first, min(first + at_once, units))
            for unit, place in _parts(group):
                self._transform(unit, kernels[:, channels * place.start : channels * place.stop])
            torch.bmm(
                torch.view_as_real(kernels).view(frequencies, at_once, 2 * channels),
                factor,
                out=product,
            )
            for unit, place in _parts(group):
                self._collect(unit, product[:, place], answer)
        return answer.view(len(answer), segments, step)

    def _transform(self, units: slice, kernels: Tensor) -> None:
        """Writes the spectra of some units' weights to (F, units C)."""
        spectra = torch.fft.rfft(self._weight[units], n=self._size).flatten(0, 1)
        _whole_numbers(kernels).copy_(_whole_numbers(spectra).t())

    def _collect(self, units: slice, product: Tensor, answer: Tensor) -> None:
        """Adds to the answer (A, segments step) what units say whose spectra are (F, units, 2 S).

        Of each segment the samples are left out that its beginning falls back on.
        """
        spectra = product.flatten(1).view(torch.int64).t().contiguous().view(torch.complex64)
        values = torch.fft.irfft(spectra, n=self._size)[:, self._weight.shape[-1] - 1 :]
        values = values.unflatten(0, (product.shape[1], -1)) + self._bias[units, None, None]
        answer += self._output_weight[:, units] @ values.relu_().flatten(1)


def _parts(units: range) -> Iterator[tuple[slice, slice]]:
    """Gives a few units at a time, and their places among them all."""
    for first in units[::_UNITS_OF_A_TRANSFORM]:
        last = min(first + _UNITS_OF_A_TRANSFORM, units.stop)
        yield slice(first, last), slice(first - units.start, last - units.start)


def _real_factor(spectrum: Tensor) -> Tensor:
    """Returns by what complex rows, seen as pairs of numbers, are multiplied with a spectrum.

    A complex product is a real one of twice the size, (a + bi)(c + di) being
    (a, b) [[c, d], [-d, c]], and torch is quicker at those.

    Args:
        spectrum: (C, S, F).

    Returns:
        (F, 2 C, 2 S).
    """
    rows = torch.stack((spectrum, 1j * spectrum), dim=1)  # (C, 2, S, F)
    return torch.view_as_real(rows.permute(3, 0, 1, 2).contiguous()).flatten(3).flatten(1, 2)


def _whole_numbers(matrix: Tensor) -> Tensor:
    """Returns complex64 as whole numbers of the same 8 bytes.

    torch transposes those block by block, and complex ones element by element.
    """
    return matrix.view(torch.int64)


def _bias_of(layer: nn.Conv1d) -> Tensor:
    if layer.bias is None:
        raise ValueError("the layer must have a bias")
    return layer.bias
