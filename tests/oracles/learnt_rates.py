"""Rates of two bands by trying each pair of a fine grid, weights as for counts that are as expected."""


def best_rates(events: list[int], people: list[list[float]]) -> list[float]:
    """Events expected of each area, summing to those counted."""
    whole = sum(events) / sum(map(sum, people))
    usual = [sum(row) * whole for row in people]
    for _ in range(3):
        tried = []
        for young in range(101):
            for old in range(101):
                first, second = 3 * whole * young / 100, 3 * whole * old / 100
                wanted = [first * row[0] + second * row[1] for row in people]
                miss = sum((count - want) ** 2 / max(use, 1e-9) for count, want, use in zip(events, wanted, usual, strict=True))
                tried.append((miss, wanted))
        usual = min(tried)[1]
    return [sum(events) / sum(usual) * one for one in usual]
