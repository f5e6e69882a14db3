import pytest
import torch

from nilm_models.architectures.cnn import Seq2Point, Seq2PointConfig

CONFIG = Seq2PointConfig(
    window=301, filters=(6, 8), kernels=(5, 3), dilations=(1, 1), hidden_units=70
)


@pytest.mark.parametrize("outputs", [300, 1_236, 1_237, 4_000])
def test_a_long_head_in_frequency_equals_the_sliding_one(outputs: int) -> None:
    torch.manual_seed(4)
    network = Seq2Point(CONFIG).eval()
    mains = torch.randn(1, 1, CONFIG.window - 1 + outputs)
    sliding = network(mains).detach()  # with gradients on, the head is a plain convolution
    with torch.inference_mode():
        in_frequency = network(mains)
    assert in_frequency.shape == (1, 2, outputs)
    full_scale = float(sliding.abs().max())
    torch.testing.assert_close(in_frequency, sliding, rtol=0, atol=1e-5 * full_scale)
