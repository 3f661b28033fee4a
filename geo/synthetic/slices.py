"""A slice of a world: some of its people with all that extracts need to know of them, made once and shared by all extracts."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from geo.synthetic.conditions import Conditions, make_conditions
from geo.synthetic.people import ABSENT, People, Population
from geo.synthetic.recording import at_practice, in_hospital
from geo.synthetic.streams import Whole
from geo.synthetic.worlds import World

Made = TypeVar("Made")


@dataclass(frozen=True)
class Rows:
    """Rows of an extract, and the index of the person each is truly of. shape of person: (rows,)."""

    table: pa.Table
    person: Whole


class Slice:
    """People of index start up to stop (or as many as there are), and what follows from them."""

    def __init__(self, population: Population, start: int, stop: int) -> None:
        self.world: World = population.world
        self.seed = self.world.spec.seed
        self.people: People = population.slice(start, stop)
        self._made: dict[Callable[..., Any], Any] = {}

    def once(self, make: Callable[["Slice"], Made]) -> Made:
        """What this function makes of the slice; made once, for several extracts share it."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]

    @cached_property
    def conditions(self) -> Conditions:
        """What they live with."""
        return make_conditions(self.world, self.people)

    @cached_property
    def recorded_at_practice(self) -> Whole:
        """Labels of ethnicity in the register."""
        return at_practice(self.world, self.people, self.conditions)

    @cached_property
    def recorded_in_hospital(self) -> Whole:
        """Labels of ethnicity in hospital records."""
        return in_hospital(self.world, self.people, self.conditions)

    @cached_property
    def on_register(self) -> Whole:
        """Places of those who are or were on a register."""
        return np.flatnonzero(self.people.group != ABSENT)
