"""The shape of a catchment: its neighbourhoods, what taking whole ones changed, and what lives there."""

from typing import Any

from rest_framework import serializers

from api.serializers.base import REASONS, Told, choice, moment, number, text, texts, whole, yes_no
from api.serializers.figures import ABSENCES, STATUSES
from geo.queries.catchment_profile import Figure, Group, Profile
from geo.queries.catchment_saved import SavedInfo
from geo.queries.catchments import CatchmentInfo, Outlined
from geo.statuses import Basis, Comparison, word

_BASES = tuple(word(one) for one in Basis)
_COMPARISONS = tuple(word(one) for one in Comparison)


class CatchmentAtomSerializer(serializers.Serializer[Any]):
    """One neighbourhood (LSOA 2021)."""

    code = text()
    name = text()
    people = whole("Residents, Census 2021.")


class CatchmentChangeSerializer(serializers.Serializer[Any]):
    """What taking whole neighbourhoods changed."""

    people = number("People by the postcodes inside and outside, so an estimate.")
    km2 = number("Square kilometres.")


class CatchmentSnappingSerializer(serializers.Serializer[Any]):
    """A neighbourhood is taken where most of its people live inside."""

    gained = CatchmentChangeSerializer(help_text="Outside the shape and taken along.", read_only=True)
    lost = CatchmentChangeSerializer(help_text="Inside the shape and left out.", read_only=True)


class CatchmentBandSerializer(serializers.Serializer[Any]):
    """People of five years of age."""

    band = text("Such as 0-4; 85-plus is the last.")
    people = number()
    female = number("Null: the file of neighbourhoods has the sexes together.")
    male = number("Null: the file of neighbourhoods has the sexes together.")


class CatchmentPyramidSerializer(serializers.Serializer[Any]):
    """People by age."""

    bands = CatchmentBandSerializer(many=True, read_only=True)
    source = text()  # type: ignore[assignment]  # a field of this name hides where serializers read from, which is not asked of this one


class CatchmentTenthSerializer(serializers.Serializer[Any]):
    """People by tenth of deprivation."""

    decile = whole("1 is the most deprived.")
    people = number()


class CatchmentDeprivationSerializer(serializers.Serializer[Any]):
    """People by deprivation of where they live."""

    index = text()
    deciles = CatchmentTenthSerializer(many=True, read_only=True)
    core20_share = number("Share (0-1) of people in the most deprived fifth of England; null where no neighbourhood has a tenth.")


class CatchmentEthnicGroupSerializer(serializers.Serializer[Any]):
    """People of one broad ethnic group."""

    group = text()
    people = number()
    share = number("0-1")


class CatchmentEthnicitySerializer(serializers.Serializer[Any]):
    """People by broad ethnic group."""

    groups = CatchmentEthnicGroupSerializer(many=True, read_only=True)
    source = text()  # type: ignore[assignment]  # a field of this name hides where serializers read from, which is not asked of this one


class CatchmentRefusalSerializer(serializers.Serializer[Any]):
    """Why a figure is not given."""

    reason = text("Name of the rule.")
    message = text("In plain words.")


class CatchmentSnapSerializer(serializers.Serializer[Any]):
    """The areas that a figure lives on, where these are others than the catchment's neighbourhoods."""

    geography = text("Such as msoa21.")
    areas = whole()
    people_gained = number("People that these areas hold besides.")
    people_lost = number("People of the catchment outside them.")


class CatchmentFigureSerializer(serializers.Serializer[Any]):
    """One indicator of a catchment."""

    slug = text()
    title = text()
    stratum = text()
    stratum_title = text()
    period = text()
    period_label = text()
    unit = text()
    decimals = whole()
    polarity = text()
    population_base = text("Whom the denominator counts.")
    numerator = number("Sum; null where not published or refused.")
    denominator = number("Sum; null where not published or refused.")
    value = number("In the indicator's unit, proportions 0-1.")
    lower = number("95 % limit; null where an error is not known.")
    upper = number("95 % limit; null where an error is not known.")
    benchmark = number("Of England, or of all people of the linked records.")
    benchmark_name = text()
    comparison = choice(_COMPARISONS)
    gap_people = number("How many more (below 0: fewer) than at the benchmark; null without counts.")
    gap_lower = number("95 % limit of the gap.")
    gap_upper = number("95 % limit of the gap.")
    status = choice(STATUSES)
    basis = choice(_BASES)
    reason = choice(ABSENCES, "Why the value or its limits are absent.", is_nullable=True)
    coverage = number("Share (0-1) of the people whose areas have figures.")
    is_reliable = yes_no()
    filled = number("Share (0-1) of the numerator that was estimated from what is withheld; null where nothing is withheld by rule.")
    snapped = CatchmentSnapSerializer(allow_null=True, read_only=True)
    refused = CatchmentRefusalSerializer(allow_null=True, read_only=True)


class CatchmentProfileSerializer(serializers.Serializer[Any]):
    """What lives in a catchment."""

    pyramid = CatchmentPyramidSerializer(allow_null=True, read_only=True)
    deprivation = CatchmentDeprivationSerializer(read_only=True)
    ethnicity = CatchmentEthnicitySerializer(read_only=True)
    indicators = CatchmentFigureSerializer(many=True, read_only=True)


class CatchmentPartSerializer(serializers.Serializer[Any]):
    """A set of neighbourhoods and what lives there."""

    site = whole("Position of the site that is nearest, from 0; null where nothing was parted.", is_nullable=True)
    atoms = CatchmentAtomSerializer(many=True, read_only=True)
    vintage = whole("Of the neighbourhoods.")
    people = whole("Residents, Census 2021.")
    area_km2 = number("By the generalised boundaries.")
    snapping = CatchmentSnappingSerializer(read_only=True)
    mended = texts("What was changed of what was sent, in words.")
    shape = serializers.DictField(help_text="GeoJSON of the neighbourhoods together (EPSG:4326).", read_only=True)
    profile = CatchmentProfileSerializer(read_only=True)


class CatchmentSerializer(CatchmentPartSerializer, Told):
    """A catchment, with its parts where an area was parted among sites."""

    parts = CatchmentPartSerializer(many=True, read_only=True)


class KeptSerializer(serializers.Serializer[Any]):
    """A saved catchment in the list of who saved it."""

    id = text("Whoever has it can read the catchment.", source="key")
    name = text()
    vintage = whole("Of the neighbourhoods.")
    neighbourhoods = whole("How many it has.")
    people = whole("Residents, Census 2021; null where none of its neighbourhoods is loaded.", is_nullable=True)
    created_at = moment()
    changed_at = moment()


class SavedSerializer(Told):
    """A saved catchment with its shape."""

    id = text("Whoever has it can read the catchment.")
    name = text()
    vintage = whole("Of the neighbourhoods.")
    atoms = texts("Codes of the neighbourhoods, ascending.")
    created_at = moment()
    changed_at = moment()
    is_yours = yes_no("Whether whoever asks may change it.")
    people = whole("Residents, Census 2021.")
    area_km2 = number("By the generalised boundaries.")
    shape = serializers.DictField(help_text="GeoJSON of the whole (EPSG:4326).", read_only=True)


class KeptListSerializer(Told):
    """Catchments of whoever asks, the last changed first."""

    count = whole()
    reason = choice(REASONS, "Why the list is empty: nothing was saved from this browser. Null otherwise.", is_nullable=True)
    results = KeptSerializer(many=True, read_only=True)


class BesideSerializer(Told):
    """Who lives in a catchment, or in two; never in their difference."""

    first = CatchmentProfileSerializer(read_only=True)
    second = CatchmentProfileSerializer(allow_null=True, read_only=True)


# Columns of a figure in a file.
FIGURE_COLUMNS = tuple(name for name in map(str, CatchmentFigureSerializer().fields) if name not in ("snapped", "refused"))


def saved_told(saved: SavedInfo, whole: CatchmentInfo | Outlined) -> dict[str, Any]:
    """A saved catchment as plain values."""
    names = ("name", "vintage", "created_at", "changed_at", "is_yours")
    return {
        "id": saved.key,
        **{name: getattr(saved, name) for name in names},
        "created_at": saved.created_at.isoformat(),
        "changed_at": saved.changed_at.isoformat(),
        "atoms": list(saved.atoms),
        "people": whole.people,
        "area_km2": whole.area_km2,
        "shape": whole.shape,
    }


def catchment_told(found: CatchmentInfo) -> dict[str, Any]:
    """A catchment as plain values; made by hand, for England has 33,755 neighbourhoods."""
    return {**_told(found, None), "parts": [_told(part, site) for site, part in found.parts]}


def _told(found: CatchmentInfo, site: int | None) -> dict[str, Any]:
    return {
        "site": site,
        "atoms": [{"code": atom.code, "name": atom.name, "people": atom.people} for atom in found.atoms],
        "vintage": found.vintage,
        "people": found.people,
        "area_km2": found.area_km2,
        "snapping": {
            "gained": {"people": found.gained.people, "km2": found.gained.km2},
            "lost": {"people": found.lost.people, "km2": found.lost.km2},
        },
        "mended": list(found.mended),
        "shape": found.shape,
        "profile": profile_told(found.profile),
    }


def profile_told(profile: Profile) -> dict[str, Any]:
    """A profile as plain values."""
    return {
        "pyramid": None if profile.ages is None else {"bands": [_band(one) for one in profile.ages], "source": "Census 2021"},
        "deprivation": {
            "index": profile.index,
            "deciles": [{"decile": at + 1, "people": one.people} for at, one in enumerate(profile.tenths)],
            "core20_share": profile.core20,
        },
        "ethnicity": {
            "groups": [{"group": one.name, "people": one.people, "share": one.share} for one in profile.ethnicity],
            "source": "Census 2021",
        },
        "indicators": [figure_told(one) for one in profile.figures],
    }


def _band(group: Group) -> dict[str, Any]:
    return {"band": group.name, "people": group.people, "female": None, "male": None}


def figure_told(one: Figure) -> dict[str, Any]:
    """One indicator as plain values."""
    definition = one.indicator.definition
    plain = ("numerator", "denominator", "value", "lower", "upper", "gap_lower", "gap_upper", "coverage", "filled", "is_reliable")
    return {
        "slug": one.indicator.slug,
        "title": one.indicator.title,
        **{name: getattr(one, name) for name in ("stratum", "stratum_title", "period", "period_label")},
        "unit": str(definition.get("unit", "")),
        "decimals": int(definition.get("decimals", 0)),
        "polarity": str(definition.get("polarity", "none")),
        "population_base": str(definition.get("population_base", "")),
        **{name: getattr(one, name) for name in plain},
        "benchmark": one.benchmark,
        "benchmark_name": one.benchmark_name,
        "gap_people": one.gap,
        "status": word(one.status),
        "basis": word(one.basis),
        "comparison": word(one.comparison),
        "reason": one.reason_word,
        "snapped": None if one.snap is None else vars(one.snap),
        "refused": None if one.refused is None else vars(one.refused),
    }
