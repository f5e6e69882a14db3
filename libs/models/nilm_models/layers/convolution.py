"""Convolutions without padding."""

from collections.abc import Sequence

from torch import Tensor, nn


def crop(features: Tensor, length: int) -> Tensor:
    """Returns the middle `length` samples of (B, C, L); L - length must be even."""
    aside = (features.shape[-1] - length) // 2
    return features[..., aside : aside + length]


class ConvolutionBlock(nn.Module):
    """Two convolutions of three taps, with the input added where they answer."""

    def __init__(self, channels_in: int, channels: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.reach = 2 * dilation
        self.body = nn.Sequential(
            nn.Conv1d(channels_in, channels, 3, dilation=dilation),
            nn.GELU(),
            nn.Dropout1d(dropout),
            nn.Conv1d(channels, channels, 3, dilation=dilation),
        )
        same = channels_in == channels
        self.shortcut = nn.Identity() if same else nn.Conv1d(channels_in, channels, 1)
        self.activation = nn.GELU()

    def forward(self, features: Tensor) -> Tensor:
        """Maps (B, channels_in, L) to (B, channels, L - 4 dilation)."""
        answer = self.body(features)
        added: Tensor = self.activation(answer + self.shortcut(crop(features, answer.shape[-1])))
        return added


def embedding(
    channels_in: int, width: int, dilations: Sequence[int], dropout: float
) -> tuple[nn.Sequential, int]:
    """Returns blocks of growing dilation and the samples on each side that they take away."""
    channels = [channels_in, *(width for _ in dilations)]
    blocks = [
        ConvolutionBlock(before, after, dilation, dropout)
        for before, after, dilation in zip(channels, channels[1:], dilations, strict=False)
    ]
    return nn.Sequential(*blocks), sum(block.reach for block in blocks)
