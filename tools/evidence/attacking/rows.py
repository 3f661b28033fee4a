"""What the inversion of a figure showed, and which values are tried."""

from dataclasses import dataclass

# What a withheld count may be by the rule itself; figures that differ by less look alike.
CANDIDATES = tuple(range(1, 8))
TOLERANCE = 1e-9


@dataclass
class Row:
    """Of one figure: withheld counts tried, and of how many a value was ruled out, as published and had it been made of exact counts."""

    of: str
    tried: int = 0
    narrowed: int = 0
    exact: int = 0

    def add(self, tried: int, narrowed: int, exact: int) -> None:
        """Further counts."""
        self.tried, self.narrowed, self.exact = self.tried + tried, self.narrowed + narrowed, self.exact + exact
