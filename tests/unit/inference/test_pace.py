"""What batches are expected to take."""

import threading

from nilm_inference.engine.pace import Pace


def test_what_is_not_known_is_expected_to_take_as_long_as_the_slowest_smaller_one() -> None:
    pace = Pace()
    assert pace.expected(8) == 0.0
    pace.measured(8, 0.2)
    pace.measured(1, 0.1)
    assert (pace.expected(1), pace.expected(9), pace.expected(64)) == (0.1, 0.2, 0.2)


def test_one_thread_expects_while_another_measures_ever_new_sizes() -> None:
    pace = Pace()
    sizes = [1 << power for power in range(2_000)]

    def measure() -> None:
        for size in sizes:
            pace.measured(size, 0.1)

    measuring = threading.Thread(target=measure)
    measuring.start()
    while measuring.is_alive():
        assert pace.expected(1 << 4_000) in (0.0, 0.1)
    measuring.join()
    assert pace.expected(sizes[-1]) == 0.1
