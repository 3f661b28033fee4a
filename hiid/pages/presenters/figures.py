"""A chart as a page holds it: one specification, a sentence, a table of the same facts, or words where nothing may be shown."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from geo.maps.charts import Spec


@dataclass(frozen=True)
class Table:
    """The facts of a chart. rows: the first cell of each is its heading. order: which rows the chart's points are, for the keyboard."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Chart:
    """One chart with its heading. summary: what it shows, in one sentence. svg: address of the same as SVG.

    refusal: why there is no chart, in plain words; then spec and table are absent. notes: what must be known beside it.
    """

    slug: str
    heading: str
    title: str = ""
    summary: str = ""
    spec: Spec | None = None
    svg: str = ""
    table: Table | None = None
    notes: tuple[str, ...] = field(default=())
    refusal: str = ""

    @property
    def anchor(self) -> str:
        """Its place in the page."""
        return f"chart-{self.slug}"


def refused(slug: str, heading: str, words: str, *, notes: tuple[str, ...] = ()) -> Chart:
    """A chart that is not drawn, and why."""
    return Chart(slug, heading, refusal=words, notes=notes)


def with_addresses(charts: Sequence[Chart], folder: str, query: str) -> tuple[Chart, ...]:
    """The charts with the address of each one's SVG below `folder`, asked with the same query."""
    ending = f"?{query}" if query else ""
    return tuple(replace(one, svg=f"{folder}{one.slug}.svg{ending}") if one.spec else one for one in charts)
