"""Standardised rates and slopes against the way they are commonly done: pandas by group, statsmodels area by area.

Prints a Markdown table. Medians of rounds that take turns. Targets: rates of 33,755 areas x 19 bands x 10 periods < 1 s, slopes of 300
areas in closed form < 0.1 s.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import statsmodels.api as sm

from geo.statistics.inequality import SlopeMethod, slope_index
from geo.statistics.standardise import ESP2013, directly_standardised_rate

AREAS, PERIODS, BANDS = 33_755, 10, 19
DISTRICTS, TENTHS = 300, 10
ROUNDS = 3


def standardised_rates() -> str:
    """Directly standardised rates with limits; pandas gives value and variance alone."""
    random = np.random.default_rng(1)
    events = random.poisson(2.0, (AREAS, PERIODS, BANDS)).astype(float)
    people = random.integers(20, 200, events.shape).astype(float)
    key = np.repeat(np.arange(AREAS * PERIODS), BANDS)
    frame = pd.DataFrame({"key": key, "x": events.ravel(), "n": people.ravel(), "w": np.tile(ESP2013, AREAS * PERIODS)})

    def with_pandas() -> object:
        parts = frame.assign(value=frame.x * frame.w / frame.n, variance=frame.x * (frame.w / frame.n) ** 2)
        return parts.groupby("key")[["value", "variance", "x"]].sum()

    ours, theirs = _turns(lambda: directly_standardised_rate(events, populations=people), with_pandas)
    return _row(f"DSR, {AREAS:,} areas x {BANDS} bands x {PERIODS} periods", "pandas groupby", ours, theirs)


def slopes() -> str:
    """Slopes of 300 areas in closed form, the point alone from statsmodels' weighted least squares."""
    values, people, errors = _districts()

    def with_statsmodels() -> object:
        found = []
        for y, n in zip(values, people, strict=True):
            share = n / n.sum()
            middle = np.cumsum(share) - share / 2
            found.append(sm.WLS(y, sm.add_constant(middle), weights=share).fit().params)
        return found

    ours, theirs = _turns(lambda: slope_index(values, populations=people, standard_errors=errors), with_statsmodels)
    return _row(f"SII, {DISTRICTS} areas, closed form", "statsmodels WLS", ours, theirs)


def simulated_slopes() -> str:
    """Slopes of 300 areas with 100,000 draws, against a least squares fit of all draws of each area by numpy."""
    values, people, errors = _districts()
    values, errors = values / 200, errors / 200
    limits = (values - 1.96 * errors, values + 1.96 * errors)
    draws = 100_000

    def with_numpy() -> object:
        random, found = np.random.default_rng(1), []
        for y, n, e in zip(values[:10], people[:10], errors[:10], strict=True):
            root = np.sqrt(n / n.sum())
            middle = np.cumsum(root**2) - root**2 / 2
            drawn = np.exp(np.log(y) + e / y * random.standard_normal((draws, TENTHS)))
            fits = np.linalg.lstsq(np.column_stack([root, root * middle]), (drawn * root).T, rcond=None)[0]
            found.append(np.quantile(fits[1], [0.025, 0.975]))
        return found

    method = SlopeMethod("rate", draws=draws)
    ours, theirs = _turns(lambda: slope_index(values, populations=people, limits=limits, method=method), with_numpy)
    return _row(f"SII, {DISTRICTS} areas, {draws:,} draws", "numpy lstsq (10 areas x 30)", ours, theirs * DISTRICTS / 10)


def _districts() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(2)
    shape = (DISTRICTS, TENTHS)
    return random.uniform(70, 90, shape), random.integers(500, 5000, shape).astype(float), random.uniform(0.2, 2, shape)


def _turns(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    seconds: list[list[float]] = [[], []]
    for _ in range(ROUNDS):
        for which, work in enumerate((ours, theirs)):
            begin = time.perf_counter()
            work()
            seconds[which].append(time.perf_counter() - begin)
    return statistics.median(seconds[0]), statistics.median(seconds[1])


def _row(title: str, other: str, ours: float, theirs: float) -> str:
    return f"| {title} | {other} | {ours:.4f} | {theirs:.3f} | {theirs / ours:.1f} |"


if __name__ == "__main__":
    print("| of | against | ours, s | theirs, s | theirs / ours |\n|---|---|---|---|---|")
    for measure in (standardised_rates, slopes, simulated_slopes):
        print(measure())
