"""Lists of codes with shares, one list for each of several groups, laid end to end so that one search draws for all rows."""

from collections.abc import Mapping, Sequence

import numpy as np

from geo.synthetic.streams import Numbers, Whole


class Laid:
    """Lists of codes by group. codes: all different ones. A list whose shares add up to less than 1 leaves the rest without a code."""

    def __init__(self, groups: Sequence[Mapping[str, float]]) -> None:
        self.codes: tuple[str, ...] = tuple(dict.fromkeys(code for group in groups for code in group))
        place = {code: i for i, code in enumerate(self.codes)}
        reached: list[float] = []
        drawn: list[int] = []
        for number, group in enumerate(groups):
            shares = np.cumsum(list(group.values()))
            reached += [number + min(share, 1.0) for share in shares]
            drawn += [place[code] for code in group]
            if not len(shares) or shares[-1] < 1.0 - 1e-9:
                reached.append(number + 1.0)
                drawn.append(-1)
            else:
                reached[-1] = number + 1.0
        self._reached = np.array(reached)
        self._drawn = np.array(drawn, dtype=np.int64)

    def draw(self, group: Whole, uniform: Numbers) -> Whole:
        """A place among the codes for each row by its group and a number from 0 to below 1; -1 for none."""
        # The largest uniform number plus a large group may round up to the next group.
        place = np.searchsorted(self._reached, np.minimum(group + uniform, np.nextafter(group + 1.0, 0.0)), side="right")
        return self._drawn[place]


def shares(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights as shares that add up to 1."""
    total = sum(weights.values())
    return {code: weight / total for code, weight in weights.items()}
