"""Definition files say what is counted, and a broken one is refused with file, key, what was found and what was expected."""

import copy
from pathlib import Path

import pytest
import yaml

from geo.errors import DefinitionError
from geo.linkage.derivation.baskets import FOLDER as BASKETS
from geo.linkage.derivation.baskets import baskets, merged, read_basket
from geo.linkage.derivation.definitions import FOLDER, derivations, read_derivation
from geo.linkage.derivation.run import RULES


def written(folder: Path, name: str, content: dict) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    return path


def changed(source: Path, *keys, value=None, folder: Path) -> Path:
    """A copy of a file with one key changed, or left out where value is None."""
    content = copy.deepcopy(yaml.safe_load(source.read_text()))
    inner = content
    for key in keys[:-1]:
        inner = inner[key]
    if value is None:
        del inner[keys[-1]]
    else:
        inner[keys[-1]] = value
    return written(folder, source.stem, content)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_derivation_is_whole_and_has_a_rule(path):
    derivation = read_derivation(path)

    assert derivation.rule in RULES
    assert derivation.indicators
    assert derivation.cubes


@pytest.mark.parametrize("path", sorted(BASKETS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_basket_is_whole(path):
    assert read_basket(path).conditions


def test_no_two_derivations_share_an_indicator():
    slugs = [each.slug for derivation in derivations().values() for each in derivation.indicators]

    assert len(set(slugs)) == len(slugs)


def test_the_basket_without_verified_codes_is_a_draft_and_so_is_what_is_made_of_it():
    drafts = {name for name, basket in baskets().items() if basket.status == "draft"}
    made = {name for name, one in derivations().items() for each in one.indicators if each.basket in drafts}

    assert drafts == {"nhsof-3a"}
    assert {derivations()[name].status for name in made} == {"draft"}


@pytest.mark.parametrize(
    ("keys", "value", "said"),
    [
        (("rule",), "guess", "rule: found 'guess', expected one of admissions"),
        (("source",), None, "source: found 'nothing'"),
        (("colour",), "red", "colour: found 'colour', expected one of"),
        (("ages",), [5, 0], r"ages: found \[5, 0\]"),
        (("periods", "kinds"), ["decade"], "periods.kinds: found 'decade'"),
        (("periods", "reference"), "start", "periods.reference: found 'start'"),
        (
            ("cubes", 0, "geographies"),
            ["lsoa22"],
            "cubes.0.geographies: found 'lsoa22', expected one of lsoa21",
        ),
        (("cubes", 0, "dimensions"), ["shoe size"], "cubes.0.dimensions: found 'shoe size'"),
        (("cubes", 0, "indicators"), ["gout"], "cubes.0.indicators: found 'gout', expected one of acsc-chronic"),
        (("indicators", "acsc-chronic", "kind"), "ratio", "indicators.acsc-chronic.kind: found 'ratio'"),
        (("indicators", "acsc-chronic", "basket"), "purdy", "indicators.acsc-chronic.basket: found 'purdy'"),
        (("indicators", "acsc-chronic", "conditions"), ["gout"], "indicators.acsc-chronic.conditions: found 'gout'"),
        (("indicators", "acsc-chronic", "emergency_codes"), "some", "indicators.acsc-chronic.emergency_codes: found 'some'"),
        (("indicators", "acsc-chronic", "event_unit"), "visit", "indicators.acsc-chronic.event_unit: found 'visit'"),
        (("indicators", "acsc-chronic-cost", "value"), "joy", "indicators.acsc-chronic-cost.value: found 'joy'"),
        (("indicators", "acsc-chronic", "numerator"), {"age": {"under": 19}}, "indicators.acsc-chronic.numerator.age.under"),
        (("indicators", "acsc-chronic", "basket"), None, "indicators.acsc-chronic.basket: found 'nothing'"),
        (("indicators", "acsc-chronic", "standardisation", "method"), "magic", "standardisation.method: found 'magic'"),
    ],
)
def test_a_broken_derivation_is_refused(tmp_path, keys, value, said):
    path = changed(FOLDER / "avoidable-admissions.yaml", *keys, value=value, folder=tmp_path)

    with pytest.raises(DefinitionError, match=said) as error:
        read_derivation(path)

    assert "avoidable-admissions.yaml" in str(error.value)


@pytest.mark.parametrize(
    ("keys", "value", "said"),
    [
        (("status",), "perhaps", "status: found 'perhaps'"),
        (("event_unit",), "visit", "event_unit: found 'visit'"),
        (("id",), "other", "id: found 'other', expected one of nhsof-2.3.i"),
        (("conditions", "asthma"), {"primary": ["j45"]}, "conditions.asthma.primary: found 'j45'"),
        (("conditions", "asthma"), {"primary": ["J4599"]}, "conditions.asthma.primary: found 'J4599'"),
        (("conditions", "asthma"), {"secondary": ["J45"]}, "conditions.asthma.secondary"),
        (("conditions", "asthma"), {"primary": ["J45"], "anywhere": ["J46"]}, "expected either primary or anywhere"),
        (("selection", "ADMIMETH"), {"begins": ["2"]}, "selection.ADMIMETH.begins"),
        (("conditions",), None, "conditions: found 'nothing'"),
    ],
)
def test_a_broken_basket_is_refused(tmp_path, keys, value, said):
    path = changed(BASKETS / "nhsof-2.3.i.yaml", *keys, value=value, folder=tmp_path)

    with pytest.raises(DefinitionError, match=said):
        read_basket(path)


def test_a_file_that_is_no_yaml_is_named(tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text("title: a: b: c")

    with pytest.raises(DefinitionError, match=r"broken\.yaml"):
        read_derivation(path)


def test_patterns_that_ask_the_same_besides_are_one():
    patterns = [pattern for found in baskets()["nhsof-2.3.i"].conditions.values() for pattern in found]

    together = merged(patterns)

    assert len(together) < len(patterns)
    assert {code for each in together for code in each.primary} == {code for each in patterns for code in each.primary}


def test_words_of_the_service_are_nothing_to_derivation(tmp_path):
    source = FOLDER / "avoidable-admissions.yaml"
    changed = tmp_path / source.name
    changed.write_text(source.read_text(encoding="utf-8").replace("Asthma admissions under 19", "Other words"), encoding="utf-8")

    assert changed.read_bytes() != source.read_bytes()
    assert repr(read_derivation(changed)) == repr(read_derivation(source))
    changed.write_text(source.read_text(encoding="utf-8").replace("below: 19", "below: 18"), encoding="utf-8")
    assert repr(read_derivation(changed)) != repr(read_derivation(source))


@pytest.mark.parametrize("name", sorted(derivations()))
def test_no_people_stand_in_two_groupings_that_can_be_subtracted(name):
    """A broad group less some of its categories is the category that was withheld."""
    of_areas = [
        cube for cube in derivations()[name].cubes if cube.dimension == "ethnicity" and cube.geography not in ("practice24", "pcn24")
    ]

    assert len({cube.grouping for cube in of_areas}) <= 1
