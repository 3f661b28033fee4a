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


def poisson_gamma_interval(least: int, most: int, expected: float, *, usual: float, alike: float) -> tuple[float, float, float, float]:
    """Mean, 2.5 % and 97.5 % points and probability above 1 of a risk of which only an interval of its Poisson count is known."""
    grid = [(at + 0.5) * 0.001 for at in range(8_000)]
    weights = [
        math.exp((alike - 1) * math.log(risk) - alike / usual * risk)
        * sum(math.exp(count * math.log(expected * risk) - expected * risk - math.lgamma(count + 1)) for count in range(least, most + 1))
        for risk in grid
    ]
    mean, above = _summary(grid, weights, 1.0)
    return mean, _point(grid, weights, 0.025), _point(grid, weights, 0.975), above


def beta_binomial_interval(least: int, most: int, people: int, *, usual: float, alike: float) -> tuple[float, float, float, float]:
    """The same for a chance, with the probability above a half."""
    grid = [(at + 0.5) / 8_000 for at in range(8_000)]
    first, second = usual * alike, (1 - usual) * alike
    weights = [
        math.exp((first - 1) * math.log(chance) + (second - 1) * math.log(1 - chance))
        * sum(math.comb(people, count) * chance**count * (1 - chance) ** (people - count) for count in range(least, most + 1))
        for chance in grid
    ]
    mean, above = _summary(grid, weights, 0.5)
    return mean, _point(grid, weights, 0.025), _point(grid, weights, 0.975), above


def _point(grid: list[float], weights: list[float], chance: float) -> float:
    wanted, seen = chance * sum(weights), 0.0
    for at, weight in zip(grid, weights, strict=True):
        seen += weight
        if seen >= wanted:
            return at
    return grid[-1]


def marshall(events: list[int], people: list[float]) -> list[float]:
    """Marshall's global rates, area by area."""
    middle = sum(events) / sum(people)
    rates = [count / of for count, of in zip(events, people, strict=True)]
    spread = sum(of * (rate - middle) ** 2 for rate, of in zip(rates, people, strict=True)) / sum(people)
    true = max(spread - middle * len(people) / sum(people), 0.0)
    return [middle + (true / (true + middle / of) if true else 0.0) * (rate - middle) for rate, of in zip(rates, people, strict=True)]
