"""Leroux's smoothing of a few areas by summing over risks and strengths one by one, with dense matrices and nothing approximated."""

import itertools
import math

import numpy as np


def dense_precision(weights, *, rho, precision):
    """precision (rho (D - W) + (1 - rho) I), entry by entry."""
    size = len(weights)
    found = np.zeros((size, size))
    for one, other in itertools.product(range(size), repeat=2):
        found[one, other] = precision * (rho * sum(weights[one]) + 1 - rho if one == other else -rho * weights[one][other])
    return found


def risks_at(counts, expected, weights, *, strength, benchmark=1.0):
    """At one strength (rho, precision): log evidence, mean of each risk, and its probability of lying above the benchmark.

    The constant is normal with a spread of 100. The logarithms of the risks are summed over a grid turned along the posterior's axes.
    """
    rho, precision = strength
    counts, expected = np.array(counts, dtype=float), np.array(expected, dtype=float)
    size = len(counts)
    covariance = np.linalg.inv(dense_precision(weights, rho=rho, precision=precision)) + 1e4 * np.ones((size, size))
    prior = np.linalg.inv(covariance)
    top = np.full(size, math.log(counts.sum() / expected.sum()))
    for _ in range(60):
        means = expected * np.exp(top)
        top = top + 0.5 * np.linalg.solve(prior + np.diag(means), counts - means - prior @ top)
    axes = np.linalg.inv(np.linalg.cholesky(prior + np.diag(expected * np.exp(top)))).T
    grid = np.linspace(-5.5, 5.5, 25)
    places = np.array(list(itertools.product(grid, repeat=size)))
    lines = top + places @ axes.T
    logs = lines @ counts - np.exp(lines) @ expected - 0.5 * np.einsum("ij,jk,ik->i", lines, prior, lines)
    highest = logs.max()
    shares = np.exp(logs - highest)
    total = shares.sum()
    evidence = highest + math.log(total) + size * math.log(grid[1] - grid[0]) + math.log(abs(np.linalg.det(axes)))
    evidence -= 0.5 * np.linalg.slogdet(covariance)[1]
    means = (shares @ np.exp(lines)) / total
    above = (shares @ (lines > math.log(benchmark))) / total
    return evidence, means, above


def risks(counts, expected, weights, *, benchmark=1.0):
    """The same over every strength: spread exponential with 1 % above 1, rho even between 0 and 1."""
    weighed = []
    for spread in np.linspace(0.03, 1.6, 16):
        for rho in np.linspace(0.05, 0.95, 7):
            evidence, means, above = risks_at(counts, expected, weights, strength=(rho, spread**-2), benchmark=benchmark)
            weighed.append((evidence + math.log(0.01) * spread, means, above))
    highest = max(log for log, _, _ in weighed)
    shares = [math.exp(log - highest) for log, _, _ in weighed]
    total = sum(shares)
    return tuple(sum(share * one[part] for share, one in zip(shares, weighed, strict=True)) / total for part in (1, 2))


def intrinsic(counts, expected, weights, *, precision):
    """The most probable effects of the intrinsic autoregression, which add up to 0, and the constant: Newton under that condition."""
    counts, expected = np.array(counts, dtype=float), np.array(expected, dtype=float)
    size = len(counts)
    prior = dense_precision(weights, rho=1.0, precision=precision)
    effects, constant = np.zeros(size), math.log(counts.sum() / expected.sum())
    for _ in range(200):
        means = expected * np.exp(effects + constant)
        # Unknowns: the effects, the constant, and the multiplier that holds the effects' sum at 0.
        system = np.zeros((size + 2, size + 2))
        system[:size, :size] = prior + np.diag(means)
        system[:size, size] = system[size, :size] = means
        system[size, size] = means.sum()
        system[:size, size + 1] = system[size + 1, :size] = 1
        right = np.concatenate([counts - means - prior @ effects, [counts.sum() - means.sum()], [-effects.sum()]])
        step = np.linalg.solve(system, right)
        effects, constant = effects + 0.5 * step[:size], constant + 0.5 * step[size]
    return effects, constant
