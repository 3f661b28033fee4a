"""The areas that linked records are counted by, as they stand in the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from geo.linkage.derivation.inputs import AREAS_SCHEMA, NETWORKS_SCHEMA
from geo.releases.tables import read_query
from geo.sqlfiles import statement

_CODES = "SELECT a.code FROM geo_area AS a INNER JOIN geo_geography AS g ON a.geography_id = g.id WHERE g.slug = %s"


class CountedAreas:
    """What linking asks of areas, each read once, when it is asked for first."""

    @cached_property
    def neighbourhoods(self) -> pa.Table:
        """The wider areas and the decile of each neighbourhood, as derivation asks for them; those of which any is unknown are left out."""
        return read_query(statement("operations/areas_of_neighbourhoods")).select(AREAS_SCHEMA.names).cast(AREAS_SCHEMA).drop_null()

    @cached_property
    def nesting(self) -> pa.Table:
        """Which area lies in which of a wider set: child_geography, child, parent_geography, parent."""
        return read_query(statement("operations/nesting_of_areas"))

    @property
    def networks(self) -> pa.Table:
        """The primary care network of each practice that is in one."""
        found = self.nesting.filter(pc.equal(self.nesting["parent_geography"], "pcn24"))
        return pa.table({"practice24": found["child"], "pcn24": found["parent"]}).cast(NETWORKS_SCHEMA)

    @cached_property
    def codes(self) -> dict[str, frozenset[str]]:
        """Codes of neighbourhoods by vintage, by which extracts of mixed vintages are told."""
        return {slug: frozenset(read_query(_CODES, [slug])["code"].to_pylist()) for slug in ("lsoa11", "lsoa21")}


_KEPT: ContextVar[CountedAreas | None] = ContextVar("counted_areas", default=None)


def counted_areas() -> CountedAreas:
    """The areas of the block of `areas_kept` that this is in; outside of any, as they stand now."""
    return _KEPT.get() or CountedAreas()


@contextmanager
def areas_kept() -> Iterator[None]:
    """In this block areas are read once, for one run or for many: nothing may change them meanwhile."""
    before = _KEPT.set(counted_areas())
    try:
        yield
    finally:
        _KEPT.reset(before)
