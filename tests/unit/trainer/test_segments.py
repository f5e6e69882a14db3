from typing import Any

import numpy as np
import pytest

from nilm_trainer.config import Augmentation, ForeignLoad, Optimiser
from nilm_trainer.segments import Batch, RowStore, SegmentSampler, SegmentShape
from nilm_trainer.variation import ActivationPool, Variation

SHAPE = SegmentShape(window=31, outputs=60)
PLAIN = Augmentation(
    paste_share=0,
    appliance_scale=0,
    background_scale=0,
    offset_w=0,
    background_trace_share=0,
    thermostat_share=0,
    foreign_loads=(),
    gap_share=0,
    future_share=0,
)
OPTIMISER = Optimiser(batch_size=16, segment_outputs=60, on_segment_share=0.5)


def _store(count: int = 4000) -> RowStore:
    power = np.zeros(count, dtype=np.float32)
    power[1000:1008] = 2000.0
    mains = power + np.arange(count, dtype=np.float32) / 10.0
    return RowStore(mains, power[None], (np.flatnonzero(power > 500.0),))


def _sampler(
    augmentation: Augmentation, store: RowStore | None = None, **changes: Any
) -> SegmentSampler:
    values: dict[str, Any] = {
        "activations": [],
        "background_days": np.empty((0, 0), dtype=np.float32),
    }
    values |= changes
    pool = ActivationPool(values["activations"], [], paste_share=augmentation.paste_share)
    return SegmentSampler(
        [store or _store()],
        Variation([pool], values["background_days"], augmentation),
        shape=SHAPE,
        augmentation=augmentation,
        optimiser=OPTIMISER,
        mean_w=100.0,
        std_w=200.0,
        thresholds_w=[500.0],
    )


def _watts(batch: Batch) -> np.ndarray:
    return batch.mains[:, 0, :] * 200.0 + 100.0


def test_without_variation_segments_are_the_rows_themselves() -> None:
    batch = _sampler(PLAIN).draw(np.random.default_rng(0))
    assert batch.mains.shape == (16, 1, 90)
    assert batch.power_w.shape == batch.weight.shape == (16, 1, 60)
    assert np.all(batch.weight == 1.0)
    rest = _watts(batch)[:, 15:75] - batch.power_w[:, 0]
    np.testing.assert_allclose(np.diff(rest, axis=1), 0.2, atol=1e-2)


def test_the_seed_fixes_the_batches() -> None:
    sampler = _sampler(Augmentation())
    first, again = (sampler.draw(np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first.mains, again.mains)
    np.testing.assert_array_equal(first.weight, again.weight)


def test_half_of_the_segments_show_the_appliance() -> None:
    rng = np.random.default_rng(1)
    sampler = _sampler(PLAIN)
    shown = np.concatenate([(sampler.draw(rng).power_w[:, 0] > 500).any(axis=1) for _ in range(20)])
    assert 0.4 < shown.mean() < 0.7


def test_missing_rows_are_filled_and_do_not_count() -> None:
    store = _store()
    store.mains_w[::2] = np.nan
    batch = _sampler(PLAIN, store).draw(np.random.default_rng(0))
    assert not batch.weight.any()
    assert not batch.mains.any()


def test_rows_without_truth_do_not_count_even_when_something_is_pasted() -> None:
    store = _store()
    store.power_w[:] = np.nan
    augmentation = PLAIN.model_copy(update={"paste_share": 1.0})
    activations = [np.full(20, 2000.0, dtype=np.float32)]
    batch = _sampler(augmentation, store, activations=activations).draw(np.random.default_rng(0))
    assert not batch.weight.any()


def test_what_is_pasted_is_in_the_mains_and_in_the_truth() -> None:
    augmentation = PLAIN.model_copy(update={"paste_share": 1.0})
    activations = [np.full(20, 3000.0, dtype=np.float32)]
    rng = np.random.default_rng(2)
    sampler = _sampler(augmentation, activations=activations)
    batches = [sampler.draw(rng) for _ in range(5)]
    power = np.concatenate([batch.power_w[:, 0] for batch in batches])
    rest = np.concatenate([_watts(batch)[:, 15:75] for batch in batches]) - power
    assert np.isclose(power, 3000.0).any()
    assert power.max() <= 3000.0
    np.testing.assert_allclose(np.diff(rest, axis=1), 0.2, atol=1e-2)


def test_the_hidden_future_is_filled_and_never_asked_about() -> None:
    augmentation = PLAIN.model_copy(update={"future_share": 1.0})
    batch = _sampler(augmentation).draw(np.random.default_rng(4))
    for mains, weight in zip(batch.mains[:, 0], batch.weight[:, 0], strict=True):
        known = np.flatnonzero(mains)[-1] + 1
        assert not mains[known:].any()
        counted = int(np.clip(known - 15, 0, 60))
        assert weight[:counted].all()
        assert not weight[counted:].any()


def test_the_last_samples_before_a_hidden_future_weigh_more() -> None:
    augmentation = PLAIN.model_copy(update={"future_share": 1.0})
    batch = _sampler(augmentation).draw(np.random.default_rng(5))
    inside = [weight for weight in batch.weight[:, 0] if 6 < np.count_nonzero(weight) < 60]
    assert inside
    for weight in inside:
        counted = np.count_nonzero(weight)
        assert np.all(weight[counted - 6 : counted] == augmentation.edge_weight)
        assert np.all(weight[: counted - 6] == 1.0)


def test_other_appliances_add_to_the_mains_alone() -> None:
    augmentation = PLAIN.model_copy(update={"background_trace_share": 1.0})
    days = np.full((1, 2880), 700.0, dtype=np.float32)
    batch = _sampler(augmentation, background_days=days).draw(np.random.default_rng(0))
    assert (_watts(batch)[:, 15:75] - batch.power_w[:, 0]).min() >= 0.7 * 699.0


def test_made_loads_are_steady_and_in_the_mains_alone() -> None:
    load = ForeignLoad(share=1.0, power_w=(5000.0, 5000.0), minutes=(10, 10))
    augmentation = PLAIN.model_copy(update={"foreign_loads": (load,)})
    loaded = _sampler(augmentation).draw(np.random.default_rng(0))
    assert loaded.power_w.max() <= 2000.0
    added = _watts(loaded)[:, 15:75] - loaded.power_w[:, 0]
    assert added.max() > 5000.0
    with pytest.raises(ValueError, match="smaller number first"):
        ForeignLoad(share=1.0, power_w=(5000.0, 50.0), minutes=(10, 10))


def test_a_part_shorter_than_a_segment_is_refused() -> None:
    with pytest.raises(ValueError, match="as long as one segment"):
        _sampler(PLAIN, _store(SHAPE.rows))


def test_appliances_are_varied_apart_from_each_other() -> None:
    one, other = (np.zeros(4000, dtype=np.float32) for _ in range(2))
    one[500:3500], other[500:3500] = 1000.0, 3000.0
    everywhere = np.arange(500, 3500)
    store = RowStore(one + other, np.stack([one, other]), (everywhere, everywhere))
    augmentation = PLAIN.model_copy(update={"appliance_scale": 0.5})
    empty = ActivationPool([], [])
    sampler = SegmentSampler(
        [store],
        Variation([empty, empty], np.empty((0, 0), dtype=np.float32), augmentation),
        shape=SHAPE,
        augmentation=augmentation,
        optimiser=OPTIMISER,
        mean_w=100.0,
        std_w=200.0,
        thresholds_w=[500.0, 500.0],
    )
    power = sampler.draw(np.random.default_rng(0)).power_w.max(axis=2)
    both = power[(power > 0.0).all(axis=1)]
    assert np.ptp(both[:, 1] / both[:, 0]) > 0.5


def test_programmes_are_told_of_what_was_pasted() -> None:
    wash = np.zeros(60, dtype=np.float32)
    wash[[10, 11, 40, 41]] = 2000.0
    augmentation = PLAIN.model_copy(update={"paste_share": 1.0})
    batch = _sampler(augmentation, activations=[wash]).draw(np.random.default_rng(4))
    on = batch.power_w > 500.0
    assert np.all(batch.programme[on])
    pauses = batch.programme & (batch.power_w == 0.0)
    assert pauses.any()
    assert np.all(batch.programme.sum(axis=2) <= 2 * 17)


def test_a_stretched_use_keeps_its_power() -> None:
    augmentation = PLAIN.model_copy(update={"paste_share": 1.0, "stretch": 0.5})
    activations = [np.full(21, 3000.0, dtype=np.float32)]
    rng = np.random.default_rng(2)
    sampler = _sampler(augmentation, activations=activations)
    power = np.concatenate([sampler.draw(rng).power_w[:, 0] for _ in range(10)])
    lengths = (power > 2999.0).sum(axis=1)
    assert set(np.unique(power[power > 2999.0])) == {3000.0}
    assert np.ptp(lengths[lengths > 0]) > 5


def test_a_load_that_a_thermostat_switches_cycles() -> None:
    augmentation = PLAIN.model_copy(update={"thermostat_share": 1.0})
    batch = _sampler(augmentation).draw(np.random.default_rng(3))
    rest = _watts(batch)[:, 15:75] - batch.power_w[:, 0]
    switched = (np.abs(np.diff(rest, axis=1)) > 100.0).sum(axis=1)
    assert np.median(switched) >= 4
