"""Posteriors by summing over a fine grid of risks or chances: no formula of the gamma or the beta distribution."""

import math


def poisson_gamma(count: int, expected: float, *, usual: float, alike: float, benchmark: float) -> tuple[float, float]:
    """Mean and probability above the benchmark of a risk with a gamma prior of this mean and shape."""
    grid = [(at + 0.5) * 0.002 for at in range(10_000)]
    weights = [math.exp((alike - 1) * math.log(risk) - alike / usual * risk + count * math.log(risk) - expected * risk) for risk in grid]
    return _summary(grid, weights, benchmark)


def beta_binomial(count: int, people: int, *, usual: float, alike: float, benchmark: float) -> tuple[float, float]:
    """The same for a chance with a beta prior of this mean and sum of shapes."""
    first, second = usual * alike, (1 - usual) * alike
    grid = [(at + 0.5) / 20_000 for at in range(20_000)]
    logs = [(first - 1 + count) * math.log(chance) + (second - 1 + people - count) * math.log(1 - chance) for chance in grid]
    top = max(logs)
    return _summary(grid, [math.exp(one - top) for one in logs], benchmark)


def _summary(grid: list[float], weights: list[float], benchmark: float) -> tuple[float, float]:
    total = sum(weights)
    mean = sum(at * weight for at, weight in zip(grid, weights, strict=True)) / total
    above = sum(weight for at, weight in zip(grid, weights, strict=True) if at > benchmark) / total
    return mean, above
