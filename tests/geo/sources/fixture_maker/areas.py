"""Makes the fixtures of the families deprivation, geography, lookups and population: python -m tests.geo.sources.fixture_maker.areas

Headings are those of the published files; every value is made up from a row's number.
"""

from tests.geo.sources.fixture_maker.indices import make_deprivation
from tests.geo.sources.fixture_maker.lookups import make_lookups
from tests.geo.sources.fixture_maker.people import make_population
from tests.geo.sources.fixture_maker.shapes import make_geography
from tests.geo.sources.fixture_maker.writing import record

if __name__ == "__main__":
    record(make_lookups() | make_deprivation() | make_geography() | make_population())
