"""The made-up world as the makers of rows need it: one row a neighbourhood of 2011, one a district, the practices."""

from typing import Any

from tests.geo.sources.fixture_maker import world

Row = dict[str, Any]

PRACTICES = world.PRACTICES
PAIRS = world.pairs()
OLD = list({row["lsoa11_code"]: row for row in PAIRS}.values())
DISTRICTS = [OLD[0], OLD[8], OLD[16]]


def practice_name(code: str) -> str:
    return f"THE SURGERY {code[-1]}"
