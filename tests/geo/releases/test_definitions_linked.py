"""What is derived and what is served are one: each derived indicator has a definition or a reason, and each definition is derived."""

import re

import pytest
import yaml

from geo.disclosure.published_counts import Rule
from geo.errors import DefinitionError
from geo.linkage.derivation.definitions import GROUPINGS, derivations
from geo.linkage.derivation.people import SEXES, band_slugs, communities, group_of
from geo.releases.build_linked import stratum_of
from geo.releases.definitions import load_definitions
from geo.releases.definitions_linked import FOLDER, ethnic_titles, linked_contents, not_served

LINKED = {one.measure["indicator"]: one for one in load_definitions().values() if one.family == "linked"}
DERIVED = {one.slug: (derivation, one) for derivation in derivations().values() for one in derivation.indicators}
# What was served before definitions were made from derivations keeps its address.
KEPT = {
    "linked-acsc-chronic": "acsc-chronic",
    "linked-asthma-under-19": "asthma-under-19",
    "linked-bowel-coverage": "bowel-coverage-60-74",
    "linked-bowel-uptake": "bowel-uptake",
    "linked-breast-uptake": "breast-uptake",
    "linked-cvd-risk": "cardiovascular-risk-high",
    "linked-diabetes-under-19": "diabetes-under-19",
    "linked-epilepsy-under-19": "epilepsy-under-19",
    "linked-ethnicity-known": "ethnicity-known",
    "linked-ethnicity-recorded": "ethnicity-recorded",
    "linked-ethnicity-usable": "ethnicity-usable",
    "linked-hypertension": "hypertension-recorded",
    "linked-mmr-24m": "vaccinated-measles-1-24m",
    "linked-opt-out-rate": "opted-out",
    "linked-smi-checks": "smi-all-six",
}
# By what is counted: the first that fits. Records of an illness, or of a risk, are as much found as had, and who may not be asked is
# nobody's failing.
POLARITIES = (
    (r"never adequately|due and not invited|invited, and not screened|moved or not traced", "low_is_good"),
    (r": not yet due$|declined|unsuitable|opt-out|^(Adults|People of 40 to 64) recorded with|risk is 10 % or more", "none"),
    (r"^Emergency|^Days in hospital", "low_is_good"),
    (r"vaccin|dose|booster|screened|tested|checked|check|checks|was taken|below the target|assessed|known|recorded|linked|not yet due",
     "high_is_good"),
)  # fmt: skip


def test_every_verified_indicator_is_served_or_named_with_a_reason():
    verified = {slug for slug, (derivation, _) in DERIVED.items() if derivation.status == "verified"}

    assert set(LINKED) | set(not_served()) == set(DERIVED)
    assert not set(LINKED) & set(not_served())
    assert verified - set(LINKED) == {"acsc-chronic-cost"}
    assert set(LINKED) <= verified
    assert all(len(reason) > 10 for reason in not_served().values())


def test_addresses_are_kept():
    assert {one.slug: slug for slug, one in LINKED.items() if one.slug in KEPT} == KEPT


@pytest.mark.parametrize("slug", sorted(LINKED))
def test_a_definition_says_what_is_derived(slug):
    definition, (derivation, indicator) = LINKED[slug], DERIVED[slug]

    assert definition.title.startswith(indicator.title)
    assert definition.unit == indicator.unit
    assert definition.measure["rule"] == derivation.rule
    assert ("people" in definition.population_base.lower()) == (derivation.population_base == "registered")
    assert {Rule(rule) for rule in definition.policy.values()} == {Rule.HES}
    said = " ".join(definition.caveats)
    assert "made-up people" in said
    assert "Use case: " in said
    assert "Rule: " in said
    if indicator.standardisation.get("method") in ("direct", "indirect"):
        assert indicator.standardisation["reference"] in said


@pytest.mark.parametrize("slug", sorted(LINKED))
def test_a_definition_has_words_of_its_own(slug):
    definition = LINKED[slug]

    assert len(definition.short_title) <= 48
    assert [one.slug for one in LINKED.values() if one.short_title == definition.short_title] == [definition.slug]
    assert [one.slug for one in LINKED.values() if one.title == definition.title] == [definition.slug]
    assert definition.denominator[0].isupper()
    assert ".." not in " ".join((definition.description, *definition.caveats))


@pytest.mark.parametrize("slug", sorted(LINKED))
def test_polarity_is_that_of_what_is_counted(slug):
    title = DERIVED[slug][1].title

    assert LINKED[slug].polarity == next(polarity for pattern, polarity in POLARITIES if re.search(pattern, title))


@pytest.mark.parametrize("slug", sorted(LINKED))
def test_strata_are_those_that_derivation_writes(slug):
    definition, (derivation, _) = LINKED[slug], DERIVED[slug]
    written = {
        "sex": lambda _: SEXES,
        "age": lambda _: (*band_slugs(derivation.ages), "not-known"),
        "deprivation": lambda _: (*(f"decile-{number}" for number in range(1, 11)), "not-known"),
        "ethnicity": lambda grouping: set(group_of(grouping).values()),
    }
    expected = {
        stratum_of(cube.dimension, stratum)
        for cube in derivation.cubes
        if cube.dimension
        for stratum in written[cube.dimension](cube.grouping)
    }

    assert sorted(definition.strata) == sorted(expected or {"all"})


def test_one_slug_is_one_set_of_people_in_all_groupings():
    """Which of the finest groups a slug holds does not depend on the grouping, nor on who else is shown."""
    held = {}
    for grouping in GROUPINGS:
        groups = group_of(grouping)
        for slug in set(groups.values()):
            members = frozenset(one for one in communities() if groups[one] == slug)
            assert held.setdefault(slug, members) == members, f"{slug} in {grouping}"


def test_ethnic_groups_have_the_titles_of_the_groupings():
    for grouping in GROUPINGS:
        assert set(ethnic_titles(grouping)) == set(group_of(grouping).values()) - {"not-known"}
    titles = [title for grouping in ("broad", "communities") for title in ethnic_titles(grouping).values()]
    assert len(titles) == len(set(titles))


SMALL = {
    "title": "Checks",
    "rule": "completeness",
    "status": "verified",
    "source": "a rule",
    "population_base": "registered",
    "periods": {"kinds": ["snapshot"], "reference": "end"},
    "ages": [0],
    "cubes": [],
    "served": {
        "version": 1,
        "core20plus5": "context",
        "setting": "gp",
        "use_case": "to see",
        "date_reviewed": 1,
        "next_review": 2,
    },
    "indicators": {"some": {"title": "Some", "kind": "proportion", "unit": "proportion", "served": {}}},
}


@pytest.mark.parametrize(
    ("derivation", "indicator", "named"),
    [
        ({}, {"served": {"polarity": "none", "of": "people"}}, r"indicators\.some\.served\.short_title: found None"),
        ({"served": {}}, {"served": {"short_title": "Some", "polarity": "none", "of": "people"}}, r"served\.version: found None"),
        ({}, {"served": {"short_title": "Some", "polarity": "none", "of": "people", "colour": "red"}}, r"served\.colour: found 'red'"),
        ({"not_served": "a draft"}, {"served": {"short_title": "Some"}}, r"indicators\.some: found 'both or neither'"),
        ({"status": "draft"}, {"served": {"short_title": "Some"}}, r"indicators\.some: found 'served', expected not_served"),
        ({}, {"unit": "pounds", "served": {"short_title": "Some", "polarity": "none", "of": "people"}}, r"some\.unit: found 'pounds'"),
    ],
)
def test_what_is_missing_is_named_with_file_and_key(tmp_path, derivation, indicator, named):
    content = {**SMALL, **derivation, "indicators": {"some": {**SMALL["indicators"]["some"], **indicator}}}
    (tmp_path / "checks.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")

    with pytest.raises(DefinitionError, match=rf"checks\.yaml: .*{named}"):
        list(linked_contents(tmp_path))


def test_an_indicator_that_says_nothing_of_the_service_is_refused(tmp_path):
    silent = {**SMALL, "indicators": {"some": {"title": "Some", "kind": "proportion", "unit": "proportion"}}}
    (tmp_path / "checks.yaml").write_text(yaml.safe_dump(silent), encoding="utf-8")

    for asked in (not_served, lambda folder: list(linked_contents(folder))):
        with pytest.raises(DefinitionError, match=r"indicators\.some: found 'both or neither'"):
            asked(tmp_path)


def test_each_derivation_is_looked_at():
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(derivations())


@pytest.mark.parametrize("slug", sorted(slug for slug, one in LINKED.items() if re.search(r"recorded with|risk is 10 %", one.title)))
def test_what_is_recorded_is_said_to_be_as_much_found_as_had(slug):
    assert "may be less looking and not better health" in " ".join(LINKED[slug].caveats)
