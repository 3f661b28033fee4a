"""What a synthetic release is there to show, in ready words and links: each planted story with its use and where to look first."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from geo.queries.catalogue import IndicatorInfo, ReleaseInfo


@dataclass(frozen=True)
class Look:
    """One indicator of a demonstration: its title, and pages that show it (title, address)."""

    title: str
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Demonstration:
    """One planted story. places: names of its districts with their pages."""

    slug: str
    title: str
    use: str
    look: str
    places: tuple[tuple[str, str], ...]
    indicators: tuple[Look, ...]


def demonstrations(release: ReleaseInfo | None, indicators: list[IndicatorInfo]) -> list[Demonstration]:
    """The stories of the release's world, with those of their indicators that it holds; none where no story is planted."""
    held = {one.slug for one in indicators}
    return [_demonstration(one, held) for one in _told(release)]


def first_indicator(release: ReleaseInfo | None) -> str:
    """The indicator that a synthetic release is best begun with; "" where no story is planted."""
    return next((one["slug"] for story in _told(release) for one in story["indicators"]), "")


def districts_of(release: ReleaseInfo | None) -> tuple[str, ...]:
    """Codes of the districts of the release's world; none where it is of no world."""
    return tuple(_linked(release).get("districts", ()))


def _told(release: ReleaseInfo | None) -> list[dict[str, Any]]:
    return list(_linked(release).get("demonstrations", ()))


def _linked(release: ReleaseInfo | None) -> dict[str, Any]:
    return {} if release is None else dict(release.quality.get("linked") or {})


def _demonstration(one: dict[str, Any], held: set[str]) -> Demonstration:
    codes = [place["code"] for place in one["districts"]]
    return Demonstration(
        slug=one["story"],
        title=one["title"],
        use=one["use"],
        look=" ".join(part for part in (one["look"], one["edition"]) if part),
        places=tuple((place["name"], reverse("area", args=[place["code"]])) for place in one["districts"]),
        indicators=tuple(Look(told["title"], _links(told["slug"], codes)) for told in one["indicators"] if told["slug"] in held),
    )


def _links(slug: str, codes: list[str]) -> tuple[tuple[str, str], ...]:
    """The map at the first district, the page of inequality, the findings of the indicator."""
    at = {"area": codes[0]} if codes else {}
    return (
        ("map", f"{reverse('explorer')}?{urlencode({'indicator': slug, **at})}"),
        ("inequality", reverse("inequality", args=[slug])),
        ("findings", f"{reverse('findings')}?{urlencode({'indicator': slug})}"),
    )
