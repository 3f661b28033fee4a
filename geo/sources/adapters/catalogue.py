"""Layout name to adapter, of all families."""

from geo.sources.adapters import Adapter, one_table

ADAPTERS: dict[str, Adapter] = {}


def adapter_for(layout: str) -> Adapter:
    """The adapter of a layout; the plain one where the layout says everything."""
    return ADAPTERS.get(layout, one_table)
