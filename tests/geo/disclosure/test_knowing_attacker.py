"""Someone who knows the whole rule looks behind it: which counts would have been published exactly so, by enumeration of all."""

from collections import defaultdict
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pyarrow as pa

from geo.disclosure import atoms, withholding
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


PERIODS = ("2019-20", "2020-21", "2019-20--2020-21")


def every_small_pair_of_years(greatest):
    """Every table of two areas in one over two years and their window, each as an indicator of its own: cells, family, counts by cell."""
    counts = np.array(list(product(range(greatest + 1), repeat=4)))
    indicators = [f"i{at:06d}" for at in range(len(counts))]
    of = {"A": [0], "B": [1], "M": [0, 1]}
    years = {period: [at] for at, period in enumerate(PERIODS[:2])} | {PERIODS[2]: [0, 1]}
    values = {
        (area, period): counts.reshape(-1, 2, 2)[:, of[area]][:, :, years[period]].sum(axis=(1, 2)) for area in of for period in years
    }
    size = len(counts)
    tables = [
        pa.table(
            {
                "indicator": indicators,
                "geography": ["msoa21" if area == "M" else "lsoa21"] * size,
                "area": [area] * size,
                "period": [period] * size,
                "dimension": [""] * size,
                "stratum": ["all"] * size,
                "numerator": value,
                "denominator": np.full(size, 3000),
                "persons": value,
            }
        )
        for (area, period), value in values.items()
    ]
    pairs = [("lsoa21", "A", "msoa21", "M"), ("lsoa21", "B", "msoa21", "M")]
    return pa.concat_tables(tables), a_family(pairs, dict.fromkeys(indicators, "events")), values, counts.max(axis=1) == greatest


def test_years_and_their_window_leave_four_candidates_for_every_neighbourhood(monkeypatch):
    # All tables go through one call, and none is large enough for a level to be lost.
    monkeypatch.setattr(atoms, "_apart", lambda cells, family: [cells])
    cells, family, values, is_cut_off = every_small_pair_of_years(10)

    table = protect(cells, replace(HES, most_withheld=None, outside=()), family).table.to_pandas()

    table["shown"] = table["numerator"].fillna(-1).astype(int).astype(str) + table["reason"]
    wide = table.pivot(index="indicator", columns=["area", "period"], values="shown").sort_index()
    alike = pd.Series(pd.util.hash_pandas_object(wide, index=False).to_numpy())
    # Where the enumeration ends within a publication, greater counts would add to its candidates.
    is_whole = ~alike.map(pd.Series(is_cut_off).groupby(alike).any())
    for area, period in product(("A", "B"), PERIODS):
        behind = alike.map(pd.Series(values[(area, period)]).groupby(alike).nunique())
        is_withheld = wide[(area, period)].str.startswith("-1").to_numpy()
        assert behind[is_withheld & is_whole].min() >= FEWEST
