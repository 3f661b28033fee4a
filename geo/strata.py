"""How parts of the people are written: by one dimension (`female`, of `sex`) or crossed (`45-54_female`, of `age_sex`).

A crossed stratum holds the people who are in all of its parts. Its dimension joins those of its parts by an underscore, and its slug
joins theirs in the same order; a slug of one part never has an underscore.
"""

import re

JOINT = "_"
# The first number of the slug of a band of ages, and a number that no age reaches.
_AGE, _AFTER_ALL = re.compile(r"[0-9]+"), 1000
# By what people are told apart, as findings, pages and API name it; files may write the one on the left.
_SYNONYMS = {"ethnic group": "ethnicity"}
# Ends of the slugs of strata that hold people whose group is not known: without any code, with one that says that it was not stated, or
# with codes of several groups. None of them is ever a group of its own.
UNRECORDED, NOT_STATED, CONFLICTING = ("unknown", "not-known"), ("not-stated",), ("conflicting",)
UNKNOWN = (*UNRECORDED, *NOT_STATED, *CONFLICTING)


def dimensions_of(dimension: str) -> tuple[str, ...]:
    """The dimensions that a stratum's own joins, in order: `age_sex` is (age, sex); empty for everybody."""
    return tuple(_SYNONYMS.get(part, part) for part in dimension.split(JOINT)) if dimension else ()


def parts_of(slug: str, dimension: str) -> dict[str, str]:
    """Dimension to the part of the people that the stratum is of it: {age: 45-54, sex: female}. Empty where slug and dimension disagree."""
    dimensions = dimensions_of(dimension)
    slugs = slug.split(JOINT) if len(dimensions) > 1 else [slug]
    return dict(zip(dimensions, slugs, strict=True)) if len(slugs) == len(dimensions) else {}


def first_age(slug: str) -> int:
    """The age at which a band begins, in years, as its slug says (`50-59`, `85-plus`); a slug without one comes after all others."""
    found = _AGE.search(slug)
    return int(found[0]) if found else _AFTER_ALL


def is_unknown(slug: str) -> bool:
    """Whether a stratum, or a part of a crossed one, holds people whose group is not known."""
    return any(part.endswith(UNKNOWN) for part in slug.split(JOINT))


def is_asked(slug: str, dimension: str) -> bool:
    """Whether a stratum is looked at by itself, as everybody is: not a crossing, which is a cell of a model, nor the unknown."""
    return len(dimensions_of(dimension)) < 2 and not is_unknown(slug)
