"""The engine for routes that this site set up, if any."""

from django.conf import settings

from geo.errors import InputError
from geo.planning.travel_engines import ENGINES, Engine


def configured_engine() -> Engine | None:
    """The engine that the settings name, or None. Raises InputError where they name one that is not known, or no address."""
    kind = settings.TRAVEL_ENGINE
    if not kind:
        return None
    if kind not in ENGINES or not settings.TRAVEL_ENGINE_URL.startswith(("http://", "https://")):
        message = f"TRAVEL_ENGINE must be one of {', '.join(ENGINES)}, and TRAVEL_ENGINE_URL its address."
        raise InputError(message, parameter="provider", found=kind, valid=ENGINES)
    address = settings.TRAVEL_ENGINE_URL.rstrip("/")
    return Engine(kind, address, settings.TRAVEL_ENGINE_PROFILE or _USUAL[kind], settings.TRAVEL_ENGINE_KEY)


def refuse_engine() -> str | None:
    """Why there is no engine, in words; None where one is set up."""
    try:
        return None if configured_engine() else _NONE
    except InputError as error:
        return str(error)


_NONE = "No engine is set up here: a site names its own (TRAVEL_ENGINE, docs/how-to/travel-times.md)."
# What each engine calls driving by car.
_USUAL = {"osrm": "driving", "valhalla": "auto", "openrouteservice": "driving-car"}
