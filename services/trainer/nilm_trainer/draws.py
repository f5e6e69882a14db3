"""How numbers are drawn."""

import numpy as np


def between(bounds: tuple[float, float], rng: np.random.Generator) -> float:
    """Draws between two bounds, all numbers being as likely."""
    return float(rng.uniform(*bounds))


def even_in_ratio(bounds: tuple[float, float], rng: np.random.Generator) -> float:
    """Draws between two bounds above 0, doublings being as likely everywhere."""
    return float(np.exp(rng.uniform(np.log(bounds[0]), np.log(bounds[1]))))
