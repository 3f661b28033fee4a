"""Admitted patient care as hospitals send it to HES and SUS: episodes, some of them twice, some again with changes. No names.

Rows of one EPIKEY are one episode: the one with the latest AMENDED_AT holds. Days without a date are 1800-01-01 (none) or 1801-01-01
(invalid), as in HES since 2021-22.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from geo.synthetic.admission_causes import CAUSES
from geo.synthetic.days import ages, day, financial_year
from geo.synthetic.errors_of_life import identify
from geo.synthetic.laid import Laid, shares
from geo.synthetic.people import END
from geo.synthetic.recording import LABELS
from geo.synthetic.slices import Rows, Slice
from geo.synthetic.spells import Spells, spells_of
from geo.synthetic.streams import Whole, happens, integers, repeated, uniform
from geo.synthetic.texts import dates, entries, keys

COLUMNS = (
    "EPIKEY", "NEWNHSNO", "DOB", "SEX", "ETHNOS", "POSTCODE", "LSOA11", "FYEAR", "ADMIDATE", "EPISTART", "EPIEND", "EPIORDER", "EPISTAT",
    "EPITYPE", "CLASSPAT", "ADMIMETH", "ADMISORC", "DISMETH", "DISDATE", "SPELBGIN", "SPELEND", "STARTAGE", "DIAG_01", "DIAG_02", "DIAG_03",
    "DIAG_04", "DIAG_05", "DIAG_06", "OPERTN_01", "OPERTN_02", "OPERTN_03", "GPPRAC", "PROCODE", "MAINSPEF", "SUSHRG", "AMENDED_AT",
)  # fmt: skip
_TYPES = {**dict.fromkeys(("DOB", "ADMIDATE", "EPISTART", "EPIEND", "DISDATE"), pa.date32()), "AMENDED_AT": pa.timestamp("ms")}
SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in COLUMNS])
ROW_ID = "EPIKEY"

NO_DATE, INVALID_DATE = day(1800, 1, 1), day(1801, 1, 1)
EPISODES_A_SPELL = 4
AS_IT_HOLDS, SENT_TWICE, BEFORE_AMENDMENT = 0, 1, 2
# Shares of what makes a record unusable or leaves it out of counts (all chosen).
_PSEUDO, _NO_BIRTH, _NO_PRACTICE, _TRANSFERRED = 0.004, 0.001, 0.012, 0.02
_UNKNOWN_PRACTICE = "V81999"
# Kinds of admission: shares of ADMIMETH, EPITYPE, CLASSPAT.
_KINDS = {
    "emergency": ({"21": 70, "22": 8, "23": 1, "24": 4, "2A": 8, "2B": 1, "2D": 4, "28": 3}, 1, 1),
    "day case": ({"11": 3, "12": 6, "13": 1}, 1, 2),
    "planned": ({"11": 5, "12": 4, "81": 1}, 1, 1),
    "delivery": ({"31": 9, "32": 1}, 2, 1),
    "newborn": ({"82": 97, "83": 2, "2C": 1}, 3, 1),
}
_KIND = np.array([list(_KINDS).index(cause.kind) for cause in CAUSES])
_METHOD = Laid([shares(methods) for methods, _, _ in _KINDS.values()])
_EPISODE_TYPE, _CLASS = (np.array([values[place] for values in _KINDS.values()]) for place in (1, 2))
_PRIMARY, _PROCEDURE = Laid([shares(cause.codes) for cause in CAUSES]), Laid([cause.procedures for cause in CAUSES])
_SECONDARY = Laid([cause.secondary for cause in CAUSES])
_UNCODED = "R69X"
# Other diagnoses that people have besides, among the commonest (chosen); steps of 3 through the 14 never meet one twice.
_BESIDES = ("I10X", "E119", "J449", "I489", "N189", "F329", "Z864", "E780", "K219", "M199", "J459", "I259", "Z922", "D649")
_MORE_DIAGNOSES = 5
_SECONDS_A_DAY, _NINE_O_CLOCK, _OFFICE_HOURS = 86_400, 32_400, 28_800
_FIRST_YEAR = 2022
_YEARS = tuple(f"{year % 100:02d}{year % 100 + 1:02d}" for year in range(_FIRST_YEAR, _FIRST_YEAR + 5))


@dataclass(frozen=True)
class Episodes:
    """Rows of the extract. spell: place among the spells. order: from 0, the admission episode. first, last: days. key: of the episode.

    copy: AS_IT_HOLDS, SENT_TWICE, or BEFORE_AMENDMENT: what was sent before it was amended.
    """

    spell: Whole
    order: Whole
    first: Whole
    last: Whole
    key: Whole
    copy: Whole


def make(slice_: Slice) -> Rows:
    """Episodes of the people of the slice, in order of spell and episode."""
    spells = slice_.once(spells_of)
    rows = _episodes(slice_, spells)
    columns = _identity(slice_, spells, rows) | _stay(slice_, spells, rows) | _reasons(slice_, spells, rows)
    table = pa.table({name: columns[name] for name in SCHEMA.names})
    return Rows(table, slice_.people.index[spells.who[rows.spell]])


def episode_keys(spells: Spells) -> tuple[Whole, Whole, Whole]:
    """The place among the spells, the order (from 0) and the key of each episode that began by the last day."""
    spell, order = repeated(spells.episodes)
    began = spells.admitted[spell] + (spells.discharged - spells.admitted)[spell] * order // spells.episodes[spell] <= END
    spell, order = spell[began], order[began]
    return spell, order, spells.key[spell] * EPISODES_A_SPELL + order


def _episodes(slice_: Slice, spells: Spells) -> Episodes:
    """Stays divided into episodes, and those sent more than once."""
    errors, seed = slice_.world.spec.errors, slice_.seed
    spell, order, key = episode_keys(spells)
    stay = spells.discharged - spells.admitted
    is_twice, is_amended = happens(seed, "apc/twice", key, errors.duplicated), happens(seed, "apc/amended", key, errors.amended)
    row, nth = repeated(1 + is_twice.astype(np.int64) + is_amended)
    copy = np.where(nth == 0, 0, np.where((nth == 1) & is_twice[row], SENT_TWICE, BEFORE_AMENDMENT))
    spell, order, key = spell[row], order[row], key[row]
    first, last = (spells.admitted[spell] + stay[spell] * (order + more) // spells.episodes[spell] for more in (0, 1))
    return Episodes(spell, order, first, last, key, copy)


def _identity(slice_: Slice, spells: Spells, rows: Episodes) -> dict[str, pa.Array]:
    """Whose episode it is: written once a stay."""
    world, who = slice_.world, spells.who
    found = identify(slice_, who, spells.admitted, stream="apc", key=spells.key)
    drawn = uniform(slice_.seed, "apc/residence", spells.key)
    lsoa = np.where(drawn < _PSEUDO, len(world.country) + (drawn / _PSEUDO * 3).astype(np.int64).clip(max=2), found.lsoa)
    # What is drawn above all residences decides on unusable birth dates: half of them none, half invalid.
    unusable = drawn > 1 - _NO_BIRTH
    birth = np.where(unusable, np.where(spells.key & 1, NO_DATE, INVALID_DATE), found.birth.view(pa.int32()).to_numpy())
    label = slice_.recorded_in_hospital[who]
    own = world.practice_numbers[slice_.people.practice[who]]
    practice = np.where(happens(slice_.seed, "apc/practice", spells.key, _NO_PRACTICE), len(world.practices), own)
    providers = world.providers_of(slice_.people.lsoa[who], uniform(slice_.seed, "apc/provider", spells.key))
    taken = rows.spell
    return {
        "EPIKEY": keys(rows.key),
        "NEWNHSNO": found.nhs.take(pa.array(taken)),
        "DOB": dates(birth[taken]),
        "SEX": found.sex.take(pa.array(taken)),
        "ETHNOS": entries(LABELS, label[taken]),
        "POSTCODE": found.postcode.take(pa.array(taken)),
        "LSOA11": entries(world.lsoa11, lsoa[taken]),
        "STARTAGE": _start_ages(birth[taken], rows.first),
        "GPPRAC": entries(pa.concat_arrays([world.practices, pa.array([_UNKNOWN_PRACTICE])]), practice[taken]),
        "PROCODE": entries(world.providers, providers[taken]),
    }


def _stay(slice_: Slice, spells: Spells, rows: Episodes) -> dict[str, pa.Array]:
    """When, in what way, and where in the stay. An episode that was not finished on the last day has no end."""
    spell, is_open, seed = rows.spell, rows.last > END, slice_.seed
    kind = _KIND[spells.cause]
    is_final = (rows.order == spells.episodes[spell] - 1) & ~is_open
    year = financial_year(np.minimum(rows.last, END))
    source = np.where((kind == 0) & happens(seed, "apc/source", spells.key, _TRANSFERRED), 1, 0)
    died = spells.discharged == slice_.people.death[spells.who]
    sent = np.minimum(rows.last, END) + integers(seed, "apc/sent", rows.key, low=20, high=60)
    sent += np.select([rows.copy == SENT_TWICE, rows.copy == BEFORE_AMENDMENT], [2, -15], 0)
    return {
        "FYEAR": entries(_YEARS, year - _FIRST_YEAR),
        "ADMIDATE": dates(spells.admitted[spell]),
        "EPISTART": dates(rows.first),
        "EPIEND": dates(np.where(is_open, NO_DATE, rows.last)),
        "EPIORDER": entries(("1", "2", "3"), rows.order),
        "EPISTAT": entries(("3", "1"), (is_open | (rows.copy == BEFORE_AMENDMENT)).astype(np.int64)),
        "EPITYPE": entries(("1", "2", "3"), _EPISODE_TYPE[kind][spell] - 1),
        "CLASSPAT": entries(("1", "2"), _CLASS[kind][spell] - 1),
        "ADMIMETH": entries(_METHOD.codes, _METHOD.draw(kind, uniform(seed, "apc/method", spells.key))[spell]),
        "ADMISORC": entries(("19", "51"), source[spell]),
        "DISMETH": entries(("1", "4", "8"), np.where(is_final, died[spell], 2)),
        "DISDATE": dates(np.where(is_final, spells.discharged[spell], NO_DATE)),
        "SPELBGIN": entries(("0", "1", "2"), np.where(rows.order > 0, 0, 1 + (financial_year(spells.admitted)[spell] == year))),
        "SPELEND": entries(("N", "Y"), is_final.astype(np.int64)),
        "AMENDED_AT": pa.array(1_000 * (sent * _SECONDS_A_DAY + _NINE_O_CLOCK + rows.key % _OFFICE_HOURS), pa.timestamp("ms")),
    }


def _reasons(slice_: Slice, spells: Spells, rows: Episodes) -> dict[str, pa.Array]:
    """Diagnoses, procedures and what follows from them. Later episodes of a stay keep its diagnosis and have no procedure."""
    seed, cause = slice_.seed, spells.cause[rows.spell]
    primary = _PRIMARY.draw(spells.cause, uniform(seed, "apc/diagnosis", spells.key))[rows.spell]
    # What was sent before the amendment was uncoded, or coded as of another cause.
    mistaken = np.flatnonzero(rows.copy == BEFORE_AMENDMENT)
    other = integers(seed, "apc/mistaken", rows.key[mistaken], low=-len(_PRIMARY.codes), high=len(_PRIMARY.codes))
    primary[mistaken] = np.where(other < 0, _PRIMARY.codes.index(_UNCODED), other)
    columns = {"DIAG_01": entries(_PRIMARY.codes, primary)} | _more_diagnoses(slice_, spells, rows, cause)
    procedure = _PROCEDURE.draw(spells.cause, uniform(seed, "apc/procedure", spells.key))[rows.spell]
    without = (procedure < 0) | (rows.order > 0)
    columns["OPERTN_01"] = entries(_PROCEDURE.codes, procedure, missing=without)
    columns["OPERTN_02"] = entries(("Z942",), np.zeros_like(cause), missing=without | (rows.key % 3 > 0))
    columns["OPERTN_03"] = pa.nulls(len(cause), pa.string())
    columns["MAINSPEF"] = entries([each.specialty for each in CAUSES], cause)
    columns["SUSHRG"] = entries([each.hrg + letter for each in CAUSES for letter in "ABC"], 3 * cause + rows.key % 3)
    return columns


def _more_diagnoses(slice_: Slice, spells: Spells, rows: Episodes, cause: Whole) -> dict[str, pa.Array]:
    """Up to five further diagnoses, the more the older the patient; first the one that belongs to the cause, where there is one."""
    seed = slice_.seed
    own = _SECONDARY.draw(cause, uniform(seed, "apc/secondary", rows.key))
    age = ages(slice_.people.birth[spells.who], spells.admitted)[rows.spell]
    number = (uniform(seed, "apc/diagnoses", rows.key) * (1.5 + age / 18)).astype(np.int64)
    start = integers(seed, "apc/besides", rows.key, low=0, high=len(_BESIDES))
    codes = (*_SECONDARY.codes, *_BESIDES)
    columns = {}
    for place in range(_MORE_DIAGNOSES):
        code = len(_SECONDARY.codes) + (start + 3 * place) % len(_BESIDES)
        is_own = (own >= 0) & (place == 0)
        columns[f"DIAG_0{place + 2}"] = entries(codes, np.where(is_own, own, code), missing=(place >= number) & ~is_own)
    return columns


def _start_ages(birth: Whole, first: Whole) -> pa.Array:
    """STARTAGE: whole years, or 7001 to 7007 for bands of the first year of life; null where the birth date is unusable."""
    usable = birth > INVALID_DATE
    known = np.where(usable, birth, first)
    days_old = first - known
    years = ages(known, first)
    band = 7001 + np.searchsorted(np.array([1, 7, 29, 91, 182, 273]), days_old, side="right")
    return pa.array(np.where(years < 1, band, years), mask=~usable).cast(pa.string())
