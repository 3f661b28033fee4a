"""Each definition file is checked, and a version that was shown cannot change under its readers."""

import dataclasses
from pathlib import Path

import pytest
import yaml

from geo.errors import DefinitionError
from geo.models import Indicator, Release, Stratum
from geo.releases.build_linked import SOURCE
from geo.releases.definitions import FOLDER, load_definition, load_definitions, store_definitions
from tests.builders import a_release, an_availability

FILES = sorted(FOLDER.glob("*.yaml"))
SOURCES = FOLDER.parent / "sources.yaml"

ASKED_FOR = [
    "cervical-coverage-25-49",
    "cervical-coverage-50-64",
    "qof-copd",
    "qof-ast",
    "qof-dm",
    "qof-mh",
    "smi-checks-all-six",
    "smi-checks-alcohol",
    "smi-checks-blood-glucose",
    "smi-checks-blood-lipids",
    "smi-checks-blood-pressure",
    "smi-checks-bmi",
    "smi-checks-smoking",
    "mmr1-5y",
    "mmr2-5y",
    "6-in-1-12m",
    "emergency-admissions-all",
    "emergency-admissions-copd",
    "emergency-admissions-chd",
    "emergency-admissions-stroke",
    "emergency-admissions-under-5s",
    "admissions-falls-65",
    "admissions-self-harm",
    "admissions-alcohol",
    "non-elective-admissions",
    "acute-morbidity",
    "years-of-life-lost",
    "stroke-admissions",
    "smoking-prevalence",
    "low-birth-weight",
    "cancer-screening-attendance",
    "life-expectancy",
    "ethnic-group-share",
    "age-share",
    "imd-2019",
    "imd-2019-decile",
    "imd-2025",
    "imd-2025-decile",
]


@pytest.fixture(scope="module")
def registered_sources():
    return {source["slug"] for source in yaml.safe_load(SOURCES.read_text(encoding="utf-8"))}


@pytest.fixture
def changed(tmp_path):
    """Writes a valid definition with some keys changed (None = removed) and gives its path."""

    def write(name="cervical-coverage-25-49.yaml", **keys):
        content = yaml.safe_load((FOLDER / "cervical-coverage-25-49.yaml").read_text(encoding="utf-8"))
        content = {key: value for key, value in {**content, **keys}.items() if value is not None}
        path = tmp_path / name
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_definition_is_valid_and_names_registered_sources(path: Path, registered_sources):
    definition = load_definition(path)

    # What is linked here is nobody's publication: the release itself says of which world it is.
    assert set(definition.sources) <= registered_sources | ({SOURCE} if definition.family == "linked" else set())
    assert all(caveat.endswith(".") for caveat in definition.caveats)


def test_the_indicators_that_were_asked_for_are_defined():
    slugs = set(load_definitions())

    assert set(ASKED_FOR) <= slugs
    assert len([slug for slug in slugs if slug.startswith("qof-")]) == 21


def test_what_lives_in_registrations_says_that_it_cannot_see_inside_a_practice():
    for definition in load_definitions().values():
        if "gp-registrations-2022" in definition.sources:
            assert any("cannot see differences inside a practice" in caveat for caveat in definition.caveats), definition.slug


def test_parts_of_the_imd_say_so_and_have_no_limits():
    for slug in ("acute-morbidity", "years-of-life-lost"):
        definition = load_definition(FOLDER / f"{slug}.yaml")

        assert definition.part_of_imd
        assert definition.kind == "ratio_only"
        assert "Income domain" in " ".join(definition.caveats)


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({"polarity": "up"}, "polarity"),
        ({"title": " "}, "title"),
        ({"caveats": []}, "caveats"),
        ({"numerator": None}, "numerator"),
        ({"colour": "red"}, "colour"),
        ({"slug": "another"}, "slug"),
        ({"version": 0}, "version"),
        ({"decimals": 9}, "decimals"),
        ({"kind": "ratio_only"}, "method"),
        ({"method": "byar"}, "unit"),
        ({"targets": [{"value": 80, "from": None, "to": None, "source": "x"}]}, "targets"),
        ({"targets": [{"value": 0.8}]}, "targets"),
        ({"next_review": "soon"}, "next_review"),
        ({"strata": ["asian"]}, "strata"),
        ({"part_of_imd": "yes"}, "part_of_imd"),
        ({"measure": "25-49"}, "measure"),
        ({"policy": "hes"}, "policy"),
        ({"policy": {"numerator": "rounded"}}, "policy"),
        ({"policy": {"people": "hes"}}, "policy"),
        ({"strata": [{"slug": "45-54", "title": "Women of 45 to 54", "dimension": "age_sex"}]}, "strata"),
    ],
)
def test_a_wrong_key_is_named_with_its_file(changed, keys, named):
    path = changed(**keys)

    with pytest.raises(DefinitionError, match=rf"^{path.name}: {named}"):
        load_definition(path)


def test_a_file_that_is_no_mapping_is_refused(tmp_path):
    path = tmp_path / "list.yaml"
    path.write_text("- one\n- two\n", encoding="utf-8")

    with pytest.raises(DefinitionError, match=r"list\.yaml"):
        load_definition(path)


@pytest.mark.django_db
def test_storing_twice_makes_one_version_and_its_strata():
    definitions = {slug: d for slug, d in load_definitions().items() if slug == "ethnic-group-share"}

    store_definitions(definitions)
    rows = store_definitions(definitions)

    assert Indicator.objects.count() == 1
    assert rows["ethnic-group-share"].definition["title"] == "Residents by ethnic group"
    assert set(Stratum.objects.values_list("slug", flat=True)) >= {"all", "asian", "black", "mixed", "white", "other"}


@pytest.mark.django_db
@pytest.mark.parametrize("state", [Release.State.PUBLISHED, Release.State.WITHDRAWN])
def test_a_shown_version_cannot_change(state):
    definition = dataclasses.replace(load_definition(FOLDER / "qof-copd.yaml"), version=1)
    row = store_definitions({"qof-copd": definition})["qof-copd"]
    an_availability(release=a_release(state=state), indicator=row)
    altered = dataclasses.replace(definition, sha256="f" * 64)

    with pytest.raises(DefinitionError, match=r"qof-copd\.yaml: version: found 1 .* expected 2"):
        store_definitions({"qof-copd": altered})


@pytest.mark.django_db
def test_a_version_that_nobody_was_shown_may_change_and_a_higher_one_is_another_row():
    definition = dataclasses.replace(load_definition(FOLDER / "qof-copd.yaml"), version=1)
    store_definitions({"qof-copd": definition})

    row = store_definitions({"qof-copd": dataclasses.replace(definition, sha256="f" * 64)})["qof-copd"]
    store_definitions({"qof-copd": dataclasses.replace(definition, version=2)})

    assert row.sha256 == "f" * 64
    assert Indicator.objects.filter(slug="qof-copd").count() == 2
