"""Global Moran's I by plain loops, and its moments over every way to deal the values."""

from itertools import permutations


def moran(values, weights):
    """The textbook's double sum; weights as lists of rows that add up to 1."""
    size, mean = len(values), sum(values) / len(values)
    total = sum(sum(row) for row in weights)
    cross = sum(weights[one][other] * (values[one] - mean) * (values[other] - mean) for one in range(size) for other in range(size))
    return size / total * cross / sum((value - mean) ** 2 for value in values)


def dealt(values, weights):
    """Mean and variance of I over every order of the values."""
    found = [moran(order, weights) for order in permutations(values)]
    mean = sum(found) / len(found)
    return mean, sum((one - mean) ** 2 for one in found) / len(found)
