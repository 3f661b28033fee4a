"""Layout name to adapter, of all families."""

from geo.sources.adapters import Adapter, cover, deciles, one_table, outcomes, primary_care, sites, travel

ADAPTERS: dict[str, Adapter] = {
    **primary_care.ADAPTERS,
    **outcomes.ADAPTERS,
    **cover.ADAPTERS,
    **deciles.ADAPTERS,
    **travel.ADAPTERS,
    **sites.ADAPTERS,
}


def adapter_for(layout: str) -> Adapter:
    """The adapter of a layout; the plain one where the layout says everything."""
    return ADAPTERS.get(layout, one_table)
