"""The trend marker by plain loops: a weighted line through five points, and again without each of them."""


def slope_of(values: list[float], widths: list[float]) -> tuple[int, float, float]:
    """Marker, slope and chi-squared of five values whose 95 % limits are so far apart."""
    weights = [(3.92 / width) ** 2 for width in widths]
    slope, chi = _line(values, weights, [0, 1, 2, 3, 4])
    signs = {_sign(_line(values, weights, [at for at in range(5) if at != out])[0]) for out in range(5)}
    is_trend = chi > 9.54953570608324 and signs == {_sign(slope)}
    return (_sign(slope) if is_trend else 0), slope, chi


def _line(values: list[float], weights: list[float], places: list[int]) -> tuple[float, float]:
    total = sum(weights[at] for at in places)
    middle_time = sum(weights[at] * at for at in places) / total
    middle = sum(weights[at] * values[at] for at in places) / total
    across = sum(weights[at] * (at - middle_time) * (values[at] - middle) for at in places)
    along = sum(weights[at] * (at - middle_time) ** 2 for at in places)
    return across / along, across**2 / along


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)
