"""A generalised linear model by plain weighted least squares, with the sandwich of cluster sums written out."""

import numpy as np


def cluster_robust(events, people, design, clusters, *, kind):
    """Coefficients and robust standard errors; proportion: logistic, rate: Poisson with log(people) as offset."""
    events, people, design = (np.asarray(part, dtype=float) for part in (events, people, design))
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(events.sum() / (people.sum() - events.sum())) if kind == "proportion" else np.log(events.sum() / people.sum())
    for _ in range(60):
        middle, weight = _moments(design @ beta, people, kind)
        beta = beta + np.linalg.solve(design.T @ (weight[:, None] * design), design.T @ (events - middle))
    middle, weight = _moments(design @ beta, people, kind)
    bread = np.linalg.inv(design.T @ (weight[:, None] * design))
    meat = np.zeros_like(bread)
    names = sorted(set(clusters))
    for name in names:
        score = sum(design[at] * (events[at] - middle[at]) for at in range(len(events)) if clusters[at] == name)
        meat += np.outer(score, score)
    # The usual correction for few clusters and for the coefficients that were learnt.
    groups, units, learnt = len(names), len(events), design.shape[1]
    meat *= groups / (groups - 1) * (units - 1) / (units - learnt)
    return beta, np.sqrt(np.diag(bread @ meat @ bread))


def _moments(linear, people, kind):
    if kind == "proportion":
        chance = 1 / (1 + np.exp(-linear))
        return people * chance, people * chance * (1 - chance)
    return people * np.exp(linear), people * np.exp(linear)
