"""Local statistics by plain loops: tails summed one by one, every deal of counts tried."""

from itertools import combinations, permutations
from math import comb


def binomial_two_sided(seen: int, total: int, share: float) -> float:
    """Twice the smaller tail of the binomial, at most 1."""
    chances = [comb(total, k) * share**k * (1 - share) ** (total - k) for k in range(total + 1)]
    return min(1.0, 2 * min(sum(chances[seen:]), sum(chances[: seen + 1])))


def dealt_two_sided(counts: list[int], own: int, neighbours: list[int]) -> float:
    """The same for the sum of the neighbours, over every way to deal the other counts to them; the area keeps its own."""
    others = [count for at, count in enumerate(counts) if at != own]
    seen = sum(counts[at] for at in neighbours)
    sums = [sum(chosen) for chosen in combinations(others, len(neighbours))]
    high, low = sum(one >= seen for one in sums) / len(sums), sum(one <= seen for one in sums) / len(sums)
    return min(1.0, 2 * min(high, low))


def every_deal(values: list[float], weights: list[float], kept: int | None) -> list[float]:
    """The weighted sum over every way to deal the values to the areas; the value of the area `kept` stays where it is."""
    places = [at for at in range(len(values)) if at != kept]
    deals = permutations([values[at] for at in places])
    return [sum(weights[at] * value for at, value in zip(places, deal, strict=True)) for deal in deals]
