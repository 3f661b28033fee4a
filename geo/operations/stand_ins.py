"""The maker of stand-ins, as the chain hands it to the finder."""

from geo.operations.finding import StandIn


def stand_in_maker() -> StandIn | None:
    """What writes made-up files in published layouts; None where this installation has none."""
    return None
