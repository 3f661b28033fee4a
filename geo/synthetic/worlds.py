"""A world: which systems, how many people, with what planted and what amiss; and which whole districts that makes.

Districts fill at the full density of the Census, so that a small world has the true counts of its neighbourhoods: those that a planted
story plays in come first, then the nearest others of the system.
"""

from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from geo.errors import InputError
from geo.synthetic.communities import category_shares
from geo.synthetic.country import SYSTEMS, Country
from geo.synthetic.planted import STORIES, Planted, plant, story_districts
from geo.synthetic.streams import Numbers, Whole

EDITIONS = ("as_recorded", "repaired")
# Shares of records up to which the district's first and second providers are taken (chosen).
_FIRST_PROVIDER, _SECOND_PROVIDER = 0.72, 0.94
# What hospital records say where no neighbourhood is known: not known, Scotland or Northern Ireland as a whole, Isle of Man or Channel.
PSEUDO_LSOAS = ("Z99999999", "L99999999", "M99999999")


@dataclass(frozen=True)
class Errors:
    """How often life errs: shares of people or of records. All are chosen, near what publishers of such extracts report.

    The research behind this service linked 97.8 % of admissions and 94.3 % of screening records by number and date of birth alone.
    """

    absent: float = 0.02  # people in extracts who are on no register, on top of those who are
    twins: float = 0.012  # people who are one of two with the same date of birth, postcode and family name
    moved: float = 0.10  # people whose records before a day carry an earlier postcode of theirs
    nhs_missing: float = 0.012  # records of hospitals; screening has none for 2.5 times as many
    nhs_wrong: float = 0.002  # records with another valid number: nobody's, or a neighbour's
    birth_wrong: float = 0.006  # records with day and month exchanged, or day or year mistaken
    sex_wrong: float = 0.001
    name_typo: float = 0.02  # records with a letter left out, doubled, exchanged or mistaken; both names each
    postcode_missing: float = 0.005
    duplicated: float = 0.004  # admitted episodes that were sent twice
    amended: float = 0.015  # admitted episodes that were sent again, changed
    ethnicity_unrecorded: float = 0.07  # people on registers, on average; from a fifth to 2.5 times of it by practice
    ethnicity_not_stated: float = 0.03
    ethnicity_conflicting: float = 0.03  # people who are recorded in a wrong category


@dataclass(frozen=True)
class WorldSpec:
    """What a world is made from. The same specification and the same country give the same bytes.

    systems: short names. people: to come near to, by whole districts. planted: names of stories; none for a null world.
    edition: `repaired` differs from `as_recorded` in recorded ethnicity alone.
    """

    systems: tuple[str, ...]
    people: int
    seed: int = 1
    edition: str = "as_recorded"
    planted: tuple[str, ...] = tuple(STORIES)
    errors: Errors = field(default_factory=Errors)

    def __post_init__(self) -> None:
        """Raises InputError for an unknown system, story or edition, or for nobody."""
        for parameter, given, known in (("systems", self.systems, SYSTEMS), ("planted", self.planted, STORIES)):
            for name in given:
                if name not in known:
                    raise InputError(f"There is no {name!r}.", parameter=parameter, found=name, valid=tuple(known))
        if self.edition not in EDITIONS:
            raise InputError(f"There is no edition {self.edition!r}.", parameter="edition", found=self.edition, valid=EDITIONS)
        if not self.systems or self.people < 1:
            raise InputError("A world needs a system and people.", parameter="systems", found=",".join(self.systems), valid=tuple(SYSTEMS))

    @property
    def name(self) -> str:
        """`ncl-nenc-1000000-1`, with `-null` or `-repaired`, or the stories where it is some of them; also the name of its folder."""
        stories = "" if set(self.planted) == set(STORIES) else "-" + "-".join(self.planted) if self.planted else "-null"
        edition = "" if self.edition == "as_recorded" else f"-{self.edition}"
        return f"{'-'.join(self.systems)}-{self.people}-{self.seed}{stories}{edition}"

    def as_dict(self) -> dict[str, Any]:
        """The specification as plain values, for the manifest."""
        return asdict(self) | {"systems": list(self.systems), "planted": list(self.planted), "name": self.name}


@dataclass(frozen=True)
class World:
    """The neighbourhoods of a world and what is planted in them. country: those of its districts alone, in code order."""

    spec: WorldSpec
    country: Country
    planted: Planted

    @cached_property
    def category_shares(self) -> Numbers:
        """Shares reached by the categories, cumulated; shape (n, bands, categories)."""
        return np.cumsum(category_shares(self.country), axis=2)

    @cached_property
    def practice_numbers(self) -> Whole:
        """A number for each entry of the country's list of practices, the same for the same code."""
        return np.asarray(np.unique(self.country.practices.astype(str), return_inverse=True)[1], dtype=np.int64)

    @cached_property
    def practices(self) -> pa.Array:
        """The codes of practices, by those numbers."""
        return pa.array(np.unique(self.country.practices.astype(str)), pa.string())

    @cached_property
    def providers(self) -> pa.Array:
        """Codes of made-up hospital providers: two of each district, in order of code, then one of each system."""
        districts = len(np.unique(self.country.lad24.astype(str)))
        return pa.array([f"ZH{number:03d}" for number in range(2 * districts + len(SYSTEMS))], pa.string())

    def providers_of(self, lsoa: Whole, drawn: Numbers) -> Whole:
        """A provider for each neighbourhood and uniform number: mostly the district's first, at times its second or the system's."""
        districts, district = np.unique(self.country.lad24.astype(str), return_inverse=True)
        system = np.array([list(SYSTEMS).index(name) for name in self.country.system])
        second, third = drawn >= _FIRST_PROVIDER, drawn >= _SECOND_PROVIDER
        return np.asarray(np.where(third, 2 * len(districts) + system[lsoa], 2 * district[lsoa] + second), dtype=np.int64)

    @cached_property
    def lsoa21(self) -> pa.Array:
        """Codes of the neighbourhoods."""
        return pa.array(self.country.lsoa21, pa.string())

    @cached_property
    def lsoa11(self) -> pa.Array:
        """Codes of the LSOAs of 2011 that they fit best, and after them the pseudo codes of records without one."""
        return pa.array([*self.country.lsoa11, *PSEUDO_LSOAS], pa.string())

    @cached_property
    def postcodes(self) -> pa.Array:
        """The country's list of postcodes as they are written: with a space before the last three characters."""
        return pa.array([f"{code[:-3]} {code[-3:]}" for code in self.country.postcodes], pa.string())


def make_world(country: Country, spec: WorldSpec) -> World:
    """Choose the districts and plant the stories. Raises InputError where the country lacks a system or what people are made from."""
    taken = choose_districts(country, spec)
    inside = np.zeros(len(country), dtype=bool)
    for system, district in taken:
        inside |= (country.system == system) & (country.lad24 == district)
    own = country.only(np.flatnonzero(inside))
    own.check()
    return World(spec, own, plant(own, spec.planted, seed=spec.seed))


def choose_districts(country: Country, spec: WorldSpec) -> list[tuple[str, str]]:
    """System and code of each district of the world, in the order in which they are taken.

    Systems take turns. The first district of each is taken in any case, a later one only if it brings the number of people nearer to the
    one that is wanted; of a district that lies in two systems the part of the system counts.
    """
    queues = {system: _in_order(country, system) for system in spec.systems}
    taken: list[tuple[str, str]] = []
    total = 0
    for turn in range(max(map(len, queues.values()))):
        for system, queue in queues.items():
            if turn < len(queue):
                district, people = queue[turn]
                if turn == 0 or abs(total + people - spec.people) < abs(total - spec.people):
                    taken.append((system, district))
                    total += people
    return taken


def _in_order(country: Country, system: str) -> list[tuple[str, int]]:
    """Districts of a system with their people: those of stories first, then the nearest to the first; without a story the largest first."""
    inside = country.system == system
    if not inside.any():
        raise InputError(f"The country has no neighbourhood of {system!r}.", parameter="systems", found=system, valid=tuple(SYSTEMS))
    codes, place = np.unique(country.lad24[inside].astype(str), return_inverse=True)
    residents = country.people[inside].sum(axis=1)
    people = np.bincount(place, weights=residents)
    x, y = (np.bincount(place, weights=residents * at[inside]) / np.maximum(people, 1) for at in (country.x, country.y))
    names = dict(zip(country.lad24[inside], country.lad_name[inside], strict=True))
    stories = story_districts(system)
    rank = np.array([stories.index(names[code]) if names[code] in stories else len(stories) for code in codes])
    first = int(np.lexsort((codes, -people, rank))[0])
    distance = np.hypot(x - x[first], y - y[first])
    return [(str(codes[i]), int(people[i])) for i in np.lexsort((codes, distance, rank))]
