"""A chart as SVG, drawn on this machine from its specification alone."""

import json
from functools import lru_cache
from html import escape

from geo.maps.charts import Spec

# The grammar's version whose schema and whose browser module we hold.
VEGA_LITE = "6.4"
# Drawings kept in each process, of some 10 to 900 kB each.
KEPT = 32


def draw_svg(spec: Spec) -> str:
    """The chart as SVG text with its title and summary: the same specification gives the same text.

    No address is opened: a specification holds its data, and the library may follow none.
    """
    return _drawn(json.dumps(spec, sort_keys=True, ensure_ascii=False))


def draw_pdf(svg: str) -> bytes:
    """A page of SVG as PDF. No address in it is opened."""
    import vl_convert

    return bytes(vl_convert.svg_to_pdf(svg))


@lru_cache(maxsize=KEPT)
def _drawn(spec: str) -> str:
    # The drawing library starts an engine of its own (half a second, some 80 MB): only a process that draws pays for it.
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
    told = json.loads(spec)
    title, summary = escape(" ".join(told["title"]["text"])), escape(told["description"])
    opening, rest = drawn.split(">", 1)
    return f'{opening} role="img"><title>{title}</title><desc>{summary}</desc>{rest}'
