"""The people of a world: who they are, where they live, when they came and left, all by their index.

Indices run over three groups: those who are registered on the last day, as many in each neighbourhood and band of age as the Census has;
those who died or moved away in the years before; those who live there and are on no register. Within a group they are ordered by
neighbourhood and band, so that the index alone says both.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.synthetic.communities import detail_shares
from geo.synthetic.country import BAND_YEARS, BANDS
from geo.synthetic.days import NEVER, day, later
from geo.synthetic.names import family_names, given_names
from geo.synthetic.nhs_numbers import nhs_numbers
from geo.synthetic.streams import Numbers, Whole, happens, integers, uniform
from geo.synthetic.worlds import World

# First and last day of what extracts tell: three whole financial years and what follows, until a day after the cervical rule of 1 July
# 2025 and the MMRV of 1 January 2026 had begun to matter.
START, END = day(2022, 4, 1), day(2026, 6, 30)
YEARS = (END + 1 - START) / 365.25

CURRENT, DEPARTED, ABSENT = 0, 1, 2
# Deaths a year by band of age: of the order of national life tables of 2021 to 2023 (round, chosen), twice as many in decile 1 as in 10.
_DEATHS = np.array([0.8, 0.1, 0.1, 0.3, 0.4, 0.5, 0.8, 1.1, 1.7, 2.6, 4.0, 6.3, 10, 16, 26, 44, 78, 160]) / 1000
# Removals out of the area a year, and as many arrivals: young adults move most (chosen, so that a tenth of people change in the years).
_REMOVALS = np.array([12, 8, 6, 25, 35, 25, 18, 12, 8, 6, 5, 5, 4, 4, 4, 4, 4, 4]) / 1000
# Share of men by band: more boys are born than girls, and women live longer (England 2021, round).
_MEN = np.array([513, 513, 512, 512, 505, 497, 492, 492, 493, 494, 494, 493, 488, 482, 477, 463, 433, 358]) / 1000
# Highest age at last birthday, and how fast the ages from 85 thin out.
_OLDEST, _THINNING = 104, 0.16
_AT_REGISTRATION = 14  # days after birth at which a newborn is registered, at most
_OLDEST_REGISTRATION = day(1990, 1, 1)


@dataclass(frozen=True)
class People:
    """Some people in order of index; every array of shape (n,).

    group: CURRENT, DEPARTED or ABSENT. lsoa: place in the country of the world. band: of age on the last day (or of departure).
    birth, came, left, death: days; left and death NEVER where they have not. category, detail: places in CATEGORIES and DETAIL_NAMES
    (true ones). postcode, practice: places in the country's lists. family, given: places in the lists of names. nhs: the true number.
    twin: whether one of two. moved: day before which records carry former_postcode (0: no such day).
    """

    index: Whole
    group: NDArray[np.int8]
    lsoa: Whole
    band: Whole
    birth: Whole
    sex: NDArray[np.int8]
    category: Whole
    detail: Whole
    family: Whole
    given: Whole
    postcode: Whole
    practice: Whole
    came: Whole
    left: Whole
    death: Whole
    decile: Whole
    nhs: Whole
    twin: NDArray[np.bool_]
    moved: Whole
    former_postcode: Whole
    former_lsoa: Whole

    def __len__(self) -> int:
        return len(self.index)

    def is_here(self, days: Whole, rows: Whole | slice = slice(None)) -> NDArray[np.bool_]:
        """Whether people (those of rows) live here on a day each."""
        return (self.came[rows] <= days) & (days < self.left[rows])


class Population:
    """Everybody of a world, made by slices. size: all indices; registered: those on the register on the last day."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._ends = np.cumsum(_cell_counts(world).ravel())
        self.size = int(self._ends[-1])
        self.registered = int(world.country.people.sum())
        country = world.country
        lists = np.diff(country.practice_start)
        self._practice_lsoa = np.repeat(np.arange(len(country)), lists)
        shares = np.cumsum(country.practice_weight)
        before = np.concatenate([[0.0], shares])[country.practice_start]
        self._practice_reached = shares
        self._practice_before, self._practice_sum = before[:-1], np.diff(before)
        districts = np.unique(country.lad24.astype(str), return_inverse=True)[1]
        order = np.argsort(districts, kind="stable")
        self._by_district = order
        self._district_start = np.searchsorted(districts[order], np.arange(districts.max() + 1))
        self._district_size = np.bincount(districts)
        self._district = districts

    def slice(self, start: int, stop: int) -> People:
        """The people of index start up to stop; the same as those rows of everybody."""
        seed, country = self.world.spec.seed, self.world.country
        index = np.arange(start, min(stop, self.size), dtype=np.int64)
        cell = np.searchsorted(self._ends, index, side="right")
        group, rest = np.divmod(cell, len(country) * BANDS)
        lsoa, band = np.divmod(rest, BANDS)
        anchor = self._anchors(index, cell)
        death, left = self._departures(index, group, band, country.decile[lsoa])
        birth = _births(seed, anchor, band, np.minimum(left, END))
        sex = np.where(happens(seed, "people/sex", index, _MEN[band]), 1, 2).astype(np.int8)
        category, detail = self._communities(anchor, lsoa, band)
        moved, former_lsoa, former_postcode = self._former_homes(anchor, lsoa)
        return People(
            index=index, group=group.astype(np.int8), lsoa=lsoa, band=band, birth=birth, sex=sex, category=category, detail=detail,
            family=family_names(seed, anchor, category, detail), given=given_names(seed, index, category, detail, sex),
            postcode=_among(seed, "people/postcode", anchor, country.postcode_start, lsoa), practice=self._practices(anchor, lsoa),
            came=_arrivals(seed, index, band, birth, left), left=left, death=death, decile=country.decile[lsoa],
            nhs=nhs_numbers(seed, index), twin=self._are_twins(index, cell), moved=moved, former_postcode=former_postcode,
            former_lsoa=former_lsoa,
        )  # fmt: skip

    def _are_twins(self, index: Whole, cell: Whole) -> NDArray[np.bool_]:
        """Whether a person is one of two: pairs of an even index and the next, of one neighbourhood and band."""
        pair = index >> 1
        chosen = happens(self.world.spec.seed, "people/twins", pair, self.world.spec.errors.twins)
        partner = np.searchsorted(self._ends, index ^ 1, side="right")
        is_departed = cell // (len(self.world.country) * BANDS) == DEPARTED  # who left on different days would not be of one age
        return np.asarray(chosen & (partner == cell) & ~is_departed)

    def _anchors(self, index: Whole, cell: Whole) -> Whole:
        """The index that what twins share is drawn by: the person's own, but the first twin's for the second."""
        return np.where(self._are_twins(index, cell), index & ~np.int64(1), index)

    def _departures(self, index: Whole, group: Whole, band: Whole, decile: Whole) -> tuple[Whole, Whole]:
        """Days of death and of leaving."""
        seed = self.world.spec.seed
        gone = group == DEPARTED
        left = np.where(gone, integers(seed, "people/left", index, low=START, high=END), NEVER)
        dying = _dying(decile, band)
        died = gone & happens(seed, "people/died", index, dying / (dying + _REMOVALS[band]))
        return np.where(died, left, NEVER), left

    def _communities(self, anchor: Whole, lsoa: Whole, band: Whole) -> tuple[Whole, Whole]:
        """True category and community."""
        seed, country = self.world.spec.seed, self.world.country
        reached = self.world.category_shares[lsoa, band]
        category = (uniform(seed, "people/category", anchor)[:, None] >= reached[:, :-1]).sum(axis=1)
        drawn = uniform(seed, "people/community", anchor)
        detail = np.zeros(len(anchor), dtype=np.int64)
        for system in self.world.spec.systems:
            mine = np.flatnonzero(country.system[lsoa] == system)
            shares = np.cumsum(detail_shares(system), axis=1)
            detail[mine] = (drawn[mine, None] >= shares[category[mine], :-1]).sum(axis=1)
        return category, detail

    def _practices(self, anchor: Whole, lsoa: Whole) -> Whole:
        """A practice for each, by how many residents of the neighbourhood it has."""
        wanted = self._practice_before[lsoa] + uniform(self.world.spec.seed, "people/practice", anchor) * self._practice_sum[lsoa]
        start = self.world.country.practice_start
        return np.clip(np.searchsorted(self._practice_reached, wanted, side="right"), start[lsoa], start[lsoa + 1] - 1)

    def _former_homes(self, anchor: Whole, lsoa: Whole) -> tuple[Whole, Whole, Whole]:
        """Day of the move, neighbourhood and postcode before it: anywhere in the same district; 0 and the present ones for who stayed."""
        seed, country = self.world.spec.seed, self.world.country
        moves = happens(seed, "people/moves", anchor, self.world.spec.errors.moved)
        district = self._district[lsoa]
        place = self._district_start[district] + integers(seed, "people/from", anchor, low=0, high=self._district_size[district])
        former = np.where(moves, self._by_district[place], lsoa)
        day_of_move = np.where(moves, integers(seed, "people/moved", anchor, low=START, high=END), 0)
        return day_of_move, former, _among(seed, "people/former", anchor, country.postcode_start, former)


def _cell_counts(world: World) -> Whole:
    """People by group, neighbourhood and band. shape (3, n, 18). Counts of those who left and of the absent keep their expected sums."""
    people, spec = world.country.people, world.spec
    found = np.zeros((3, *people.shape), dtype=np.int64)
    found[CURRENT] = people
    a_year = _dying(world.country.decile[:, None], np.arange(BANDS)[None, :]) + _REMOVALS[None, :]
    cells = np.arange(people.size).reshape(people.shape)
    for group, share in ((DEPARTED, a_year * YEARS), (ABSENT, np.full(people.shape, spec.errors.absent))):
        found[group] = (people * share + uniform(spec.seed, f"people/cells {group}", cells)).astype(np.int64)
    return found


def _dying(decile: Whole, band: Whole) -> Numbers:
    """Deaths a year for each person of a decile and band; the gradient is a third above to a third below the mean (chosen)."""
    return np.asarray(_DEATHS[band] * (1 + (5.5 - decile) * 0.074))


def _births(seed: int, anchor: Whole, band: Whole, on: Whole) -> Whole:
    """Birth dates of people who are of the band on a day: even over its five years, thinning out from 85."""
    oldest = np.where(band == BANDS - 1, _OLDEST + 1, (band + 1) * BAND_YEARS)
    low, high = later(on, months=-12 * oldest) + 1, later(on, months=-12 * BAND_YEARS * band) + 1
    drawn = uniform(seed, "people/birth", anchor)
    old = band == BANDS - 1
    span = (_OLDEST + 1 - BAND_YEARS * (BANDS - 1)) * _THINNING
    # Ages from 85 follow a cut exponential law.
    beyond = -np.log1p(-drawn[old] * -np.expm1(-span)) / span
    drawn[old] = 1.0 - beyond
    return np.minimum(low + (drawn * (high - low)).astype(np.int64), high - 1)


def _arrivals(seed: int, index: Whole, band: Whole, birth: Whole, left: Whole) -> Whole:
    """Days of registration: in the years that the extracts tell for as many as move away in them, else long before or soon after birth."""
    newly = happens(seed, "people/newly", index, _REMOVALS[band] * YEARS)
    last = np.minimum(left - 1, END)
    low = np.where(newly, START, _OLDEST_REGISTRATION)
    high = np.where(newly, last, np.minimum(START, last))
    came = integers(seed, "people/came", index, low=low, high=high)
    soon = birth + integers(seed, "people/registered", index, low=0, high=_AT_REGISTRATION)
    return np.minimum(np.maximum(came, soon), last)


def _among(seed: int, stream: str, index: Whole, start: Whole, lsoa: Whole) -> Whole:
    """One of the entries of each one's neighbourhood in a list laid end to end."""
    return integers(seed, stream, index, low=start[lsoa], high=start[lsoa + 1])
