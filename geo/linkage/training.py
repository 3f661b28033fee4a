"""Training of a model of probable links; done once, by tools/linkage/train.py, never in a run of linkage.

m comes from expectation maximisation on a sample of all records (on what rules leave over whole levels would never be seen): once among
pairs of one NHS number, for all fields but the number, and once among pairs of one date of birth and postcode, for the rest. u is
counted: for equal values from how often each occurs on either side, for the rest in random pairs. u of the NHS number is one in as many
as there are people.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import ibis
from splink import block_on

from geo.linkage.engines import ROW, Engine
from geo.linkage.layouts import REGISTER, Layout
from geo.linkage.models import DIFFERS, MODELS, PER_PERSON, comparisons, model_id, settings
from geo.linkage.probable import EVENTS, PEOPLE, compared, linker_of

SAMPLE = 60_000
# Random pairs in which levels that are not equality are counted for u.
_PAIRS = 1e7
# No level is impossible, however large the sample in which it was not seen.
_LEAST = 1e-4
_DIGITS = 6
_SESSIONS = (("nhs",), ("birth", "postcode"))


def train(engine: Engine, name: str, standard: Path, layouts: Mapping[str, Layout], about: Mapping[str, Any]) -> dict[str, Any]:
    """The model of this name as its file holds it. engine: DuckDB. layouts: of its extracts. about: what it was trained on."""
    roles = MODELS[name]
    register = engine.read(standard / f"{REGISTER}.parquet")
    first = next(iter(layouts.values()))
    people = engine.store(PEOPLE, compared(register, roles, first, register[ROW]))
    events = engine.store(EVENTS, _sample(engine, roles, standard, layouts))
    size = engine.fetch(people.agg(n=people.count()))["n"][0].as_py()
    u = _chances(engine, name, size)
    m = _trained(engine, name, size, u)
    fields = {field: {way: _written(field, way, m[field][way], u[field].get(way), size) for way in m[field]} for field in roles}
    sampled = engine.fetch(events.agg(n=events.count()))["n"][0].as_py()
    told = dict(about) | {"people": size, "records": sampled, "extracts": list(layouts)}
    return {"model_id": model_id(name, fields), "trained": told, "fields": fields}


def _sample(engine: Engine, roles: tuple[str, ...], standard: Path, layouts: Mapping[str, Layout]) -> Any:
    """Every so manieth record of all extracts."""
    tables = {name: engine.read(standard / f"{name}.parquet") for name in layouts}
    rows = sum(engine.fetch(table.agg(n=table.count()))["n"][0].as_py() for table in tables.values())
    step = max(rows // SAMPLE, 1)
    parts = []
    for place, (name, table) in enumerate(tables.items()):
        chosen = table.filter(table[ROW] % step == place % step)
        parts.append(compared(chosen, roles, layouts[name], chosen[ROW] + place * 2**40))
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def _trained(engine: Engine, name: str, size: int, u: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """m of each level by expectation maximisation, with u as counted."""
    start = {field: list(zip(_first_guess(len(ways)), ways.values(), strict=True)) for field, ways in u.items()}
    linker = linker_of(engine, settings(name, size, start))
    for columns in _SESSIONS:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns), fix_u_probabilities=True)
    return _levels_of(linker, "m_probability")


def _first_guess(levels: int) -> Iterable[float]:
    """Where maximisation begins: nearly all pairs of one person agree."""
    rest = 0.05 / (levels - 1)
    return (0.95, *(rest for _ in range(levels - 1)))


def _chances(engine: Engine, name: str, size: int) -> dict[str, dict[str, float]]:
    """u of each level of each field."""
    linker = linker_of(engine, settings(name, size))
    linker.training.estimate_u_using_random_sampling(max_pairs=_PAIRS, seed=1)
    found = _levels_of(linker, "u_probability")
    for field, ways in found.items():
        exact = 1.0 / size if field == "nhs" else _chance_alike(engine, field)
        near = {way: chance for way, chance in ways.items() if way not in ("exact", DIFFERS)}
        found[field] = {"exact": exact, **near, DIFFERS: 1.0 - exact - sum(near.values())}
    return found


def _chance_alike(engine: Engine, field: str) -> float:
    """How often a record and somebody of the register have the same value by chance: from how often each occurs on either side."""
    shares = []
    for side in (EVENTS, PEOPLE):
        table = engine.backend.table(side)
        known = table.filter(table[field].notnull())
        counted = known.group_by(field).agg(n=known.count())
        shares.append(counted.mutate(share=counted["n"] / counted["n"].sum()).select(field, "share"))
    joined = shares[0].inner_join(shares[1].rename(theirs="share"), field)
    return float(engine.fetch(joined.agg(alike=(joined["share"] * joined["theirs"]).sum()))["alike"][0].as_py())


def _levels_of(linker: Any, what: str) -> dict[str, dict[str, float]]:
    """m or u of each level by field, adding up to 1."""
    found: dict[str, dict[str, float]] = {}
    for comparison in linker._settings_obj.comparisons:
        ways = (*comparisons()[comparison.output_column_name], DIFFERS)
        levels = [level for level in comparison.comparison_levels if not level.is_null_level]
        chances = [max(_number(getattr(level, what)), _LEAST) for level in levels]
        found[comparison.output_column_name] = {way: chance / sum(chances) for way, chance in zip(ways, chances, strict=True)}
    return found


def _number(value: Any) -> float:
    """A trained share; 0 for a level that the sample does not have, which Splink says in words."""
    return float(value) if isinstance(value, int | float) else 0.0


def _written(field: str, way: str, m: float, u: float | None, size: int) -> dict[str, float]:
    found = {"m": _rounded(m)}
    if way == DIFFERS or u is None:
        return found
    if (field, way) in PER_PERSON:
        return found | {"u_people": _rounded(u * size)}
    return found | {"u": _rounded(u)}


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
