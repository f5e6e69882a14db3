"""Self-attention within reach of each sample, in blocks, so that it slides as a convolution does.

Windowed attention with a learnt bias by distance: Beltagy, Peters, Cohan: Longformer, 2020; Shaw,
Uszkoreit, Vaswani: Self-attention with relative position representations, NAACL 2018.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional


class LocalAttention(nn.Module):
    """Multi-head attention of each sample over `reach` samples before and after it.

    Args:
        width: Channels in and out; a multiple of `heads`.
        heads: Attention heads.
        reach: Samples seen on each side.
    """

    def __init__(self, width: int, heads: int, reach: int) -> None:
        super().__init__()
        if width % heads:
            raise ValueError("d_model must be a multiple of heads")
        self.reach = reach
        self._heads = heads
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.output = nn.Linear(width, width)
        self.distance_bias = nn.Parameter(torch.zeros(heads, 2 * reach + 1))

    def forward(self, samples: Tensor) -> Tensor:
        """Maps (B, L, width) to (B, L - 2 reach, width)."""
        batch, length, width = samples.shape
        count = length - 2 * self.reach
        block = min(count, max(2 * self.reach, 1))
        block_count = -(-count // block)
        span = block + 2 * self.reach
        fill = block_count * block - count
        inner = samples[:, self.reach : length - self.reach]
        query = functional.pad(self.query(inner), (0, 0, 0, fill))
        query = query.view(batch, block_count, block, self._heads, -1).transpose(2, 3)
        pairs = functional.pad(self.key_value(samples), (0, 0, 0, fill))
        pairs = pairs.unfold(1, span, block)  # (B, blocks, 2 width, span)
        pairs = pairs.reshape(batch, block_count, 2, self._heads, -1, span).transpose(-1, -2)
        key, value = pairs.unbind(2)  # (B, blocks, heads, span, width / heads)
        attended = functional.scaled_dot_product_attention(
            query.flatten(0, 1), key.flatten(0, 1), value.flatten(0, 1), self._bias(block)
        )  # (B blocks, heads, block, width / heads)
        attended = attended.transpose(1, 2).reshape(batch, block_count * block, width)
        mixed: Tensor = self.output(attended[:, :count])
        return mixed

    def _bias(self, block: int) -> Tensor:
        """Returns what is added to the scores of a block, (heads, block, block + 2 reach).

        Query i sees the keys i to i + 2 reach; the others get minus infinity.
        """
        band = torch.full(
            (self._heads, block, block + 2 * self.reach + 1),
            -torch.inf,
            dtype=self.distance_bias.dtype,
            device=self.distance_bias.device,
        )
        width = self.distance_bias.shape[1]
        filled = torch.cat(
            [self.distance_bias[:, None].expand(-1, block, -1), band[..., : band.shape[2] - width]],
            dim=2,
        )
        # Rows of one more than their length, read with their length, move one place to the right.
        shifted = filled.flatten(1)[:, : block * (block + 2 * self.reach)]
        return shifted.view(self._heads, block, block + 2 * self.reach)


class TransformerLayer(nn.Module):
    """Attention and a feed-forward part, each normalised before and added to what came in."""

    def __init__(self, width: int, heads: int, reach: int, dropout: float) -> None:
        super().__init__()
        self.reach = reach
        self.attention_norm = nn.LayerNorm(width)
        self.attention = LocalAttention(width, heads, reach)
        self.feed_forward = nn.Sequential(
            nn.LayerNorm(width),
            nn.Linear(width, 2 * width),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(2 * width, width),
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, samples: Tensor) -> Tensor:
        """Maps (B, L, width) to (B, L - 2 reach, width)."""
        inner = samples[:, self.reach : samples.shape[1] - self.reach]
        attended = inner + self.dropout(self.attention(self.attention_norm(samples)))
        answer: Tensor = attended + self.dropout(self.feed_forward(attended))
        return answer


def transformer_layers(
    width: int, heads: int, reach: int, dropout: float, count: int
) -> nn.Sequential:
    """Returns `count` layers after one another; on each side they take away `count * reach`."""
    return nn.Sequential(*(TransformerLayer(width, heads, reach, dropout) for _ in range(count)))
