from datetime import UTC, datetime, timedelta

import numpy as np

from nilm_trainer.retrain_data import OwnRecord, Word, labels_of

START = datetime(2026, 1, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
THRESHOLD_W = 500.0


def word(first: float, last: float, *, ran: bool, said: int = 0) -> Word:
    """Says something of minutes after the start."""
    return Word(
        START + first * MINUTE, START + last * MINUTE, ran, START + timedelta(days=1, minutes=said)
    )


def record(
    *words: Word,
    measured: dict[int, float] | None = None,
    estimated: dict[int, float] | None = None,
) -> OwnRecord:
    """Returns an hour with 200 W of mains and 2.2 kW in the minutes 20 to 23."""
    mains_w = np.full(60, 200.0, np.float32)
    mains_w[20:24] = 2_200.0
    columns = []
    for known in (measured, estimated):
        column = np.full(60, np.nan, np.float32)
        for minute, power_w in (known or {}).items():
            column[minute] = power_w
        columns.append(column)
    return OwnRecord("bld_1", START, MINUTE, mains_w, *columns, words)


def test_nothing_is_known_where_nothing_was_measured_or_said() -> None:
    labels = labels_of(record(estimated={20: 2_000.0}), THRESHOLD_W)
    assert np.isnan(labels.truth_w).all()
    assert labels.telling == []


def test_a_confirmed_run_takes_its_estimate_and_an_added_one_the_rise_of_the_mains() -> None:
    said = word(20, 24, ran=True)
    confirmed = labels_of(record(said, estimated={20: 1_900.0, 21: 1_800.0}), THRESHOLD_W)
    assert confirmed.truth_w[20:24].tolist() == [1_900.0, 1_800.0, 0.0, 0.0]
    assert confirmed.runs == (slice(20, 22),)
    added = labels_of(record(said, estimated={20: 300.0}), THRESHOLD_W)
    assert added.truth_w[20:24].tolist() == [2_000.0] * 4
    assert np.isnan(added.truth_w[[19, 24]]).all()


def test_a_rejected_run_is_known_to_be_off() -> None:
    labels = labels_of(record(word(20, 24, ran=False), estimated={20: 1_900.0}), THRESHOLD_W)
    assert labels.truth_w[20:24].tolist() == [0.0] * 4
    assert labels.runs == ()
    assert labels.rejected == (slice(20, 24),)


def test_the_newer_word_and_above_all_a_meter_count() -> None:
    newer = (word(20, 24, ran=False, said=1), word(18, 30, ran=True, said=2))
    labels = labels_of(record(*reversed(newer)), THRESHOLD_W)
    assert labels.runs == (slice(20, 24),)
    assert labels.rejected == ()
    measured = dict.fromkeys(range(60), 2.0) | {40: 1_500.0}
    labels = labels_of(record(*newer, measured=measured), THRESHOLD_W)
    assert labels.runs == (slice(40, 41),)
    assert labels.rejected == ()


def test_words_beside_the_record_and_gaps_of_the_mains_say_nothing() -> None:
    hour = record(word(-30, -10, ran=True), word(70, 90, ran=True), word(10, 12, ran=False))
    hour.mains_w[10:12] = np.nan
    labels = labels_of(hour, THRESHOLD_W)
    assert np.isnan(labels.truth_w).all()
    assert labels.telling == []
