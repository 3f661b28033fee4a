"""Someone who knows the whole rule looks behind it: which counts would have been published exactly so, by enumeration of all."""

from collections import defaultdict
from itertools import product

import numpy as np
import pyarrow as pa

from geo.disclosure import withholding
from geo.disclosure.atoms import protect
from geo.disclosure.policies import load_policy
from tests.families import a_family

HES = load_policy("hes")
FEWEST = 4


def every_small_system(atoms, greatest, kind="share"):
    """Every table of counts of one MSOA (beside a quiet district), each as an indicator of its own, protected at once."""
    combos = list(product(range(greatest + 1), repeat=atoms))
    others = 10
    names = [
        *(f"A{at}" for at in range(atoms)),
        "A",
        *(f"B{at}{part}" for at in range(others) for part in range(2)),
        *(f"B{at}" for at in range(others)),
    ]
    sets = ["lsoa21"] * atoms + ["msoa21"] + ["lsoa21"] * 2 * others + ["msoa21"] * others
    counts = np.array([[*combo, sum(combo), *[40] * 2 * others, *[80] * others] for combo in combos])
    indicators = [f"i{at:05d}" for at in range(len(combos))]
    pairs = [("lsoa21", f"A{at}", "msoa21", "A") for at in range(atoms)]
    pairs += [("lsoa21", f"B{at}{part}", "msoa21", f"B{at}") for at in range(others) for part in range(2)]
    size = counts.size
    cells = pa.table(
        {
            "indicator": np.repeat(indicators, len(names)),
            "geography": sets * len(combos),
            "area": names * len(combos),
            "period": ["2021-22"] * size,
            "dimension": [""] * size,
            "stratum": ["all"] * size,
            "numerator": counts.ravel(),
            "denominator": np.full(size, 3000),
            "persons": counts.ravel(),
        }
    )
    return combos, cells, a_family(pairs, dict.fromkeys(indicators, kind))


def fewest_by_rule(combos, table):
    """Fewest exact counts behind one publication, over every withheld count of the MSOA, for one who knows the whole rule."""
    rows = [row for row in table.to_pylist() if row["area"].startswith("A")]
    seen, behind = defaultdict(list), defaultdict(lambda: defaultdict(set))
    for row in rows:
        seen[int(row["indicator"][1:])].append((row["area"], row["numerator"], row["reason"]))
    for at, shown in seen.items():
        for area, _, _ in shown:
            behind[tuple(shown)][area].add(sum(combos[at]) if area == "A" else combos[at][int(area[1:])])
    return min(len(behind[shown][area]) for shown in behind for area, value, _ in shown if value is None)


def test_someone_who_knows_how_counts_are_withheld_still_has_four_candidates():
    combos, cells, family = every_small_system(2, 22)

    assert fewest_by_rule(combos, protect(cells, HES, family).table) >= FEWEST


def test_withholding_the_parts_alone_would_tell_them(monkeypatch):
    combos, cells, family = every_small_system(2, 22)
    around = withholding._block
    monkeypatch.setattr(withholding, "_block", lambda *given: (around(*given)[0], around(*given)[0]))

    assert fewest_by_rule(combos, protect(cells, HES, family).table) < FEWEST
