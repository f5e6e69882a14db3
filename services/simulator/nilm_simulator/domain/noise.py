"""Randomness that depends on what is asked for alone, never on what was asked before.

Draws of a day come from a generator keyed by seed, purpose and day. Noise of a moment is a hash of
seed, purpose and moment (SplitMix64: Steele, Lea, Flood, OOPSLA 2014), so that any way of cutting
an interval into chunks gives the same numbers.
"""

import zlib

import numpy as np
import numpy.typing as npt

Int64Array = npt.NDArray[np.int64]
UInt64Array = npt.NDArray[np.uint64]
Float64Array = npt.NDArray[np.float64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_MASK = (1 << 64) - 1


def generator(seed: int, purpose: str, index: int) -> np.random.Generator:
    """Returns the generator of one purpose and one day or cycle; the same for the same three."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode()), index])


def normal_at(times_us: Int64Array, seed: int, purpose: str) -> Float64Array:
    """Returns standard normal noise for each time, shape (n,); the same for the same time."""
    first = _uniform_at(times_us, seed, f"{purpose}/radius")
    second = _uniform_at(times_us, seed, f"{purpose}/angle")
    noise: Float64Array = np.sqrt(-2.0 * np.log(first)) * np.cos(2.0 * np.pi * second)
    return noise


def _uniform_at(times_us: Int64Array, seed: int, purpose: str) -> Float64Array:
    """Returns a number in (0, 1] for each time."""
    key = np.uint64((seed * 0x2545F4914F6CDD1D + zlib.crc32(purpose.encode())) & _MASK)
    bits = _mix(_mix(times_us.astype(np.uint64)) ^ key)
    mantissa = (bits >> np.uint64(11)).astype(np.float64)
    uniform: Float64Array = (mantissa + 1.0) * 2.0**-53
    return uniform


def _mix(state: UInt64Array) -> UInt64Array:
    """Scrambles 64 bits, wrapping around."""
    state = state + _GOLDEN
    state = (state ^ (state >> np.uint64(30))) * _MIX_1
    state = (state ^ (state >> np.uint64(27))) * _MIX_2
    return state ^ (state >> np.uint64(31))
