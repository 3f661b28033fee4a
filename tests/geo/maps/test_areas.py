"""What a map shows of each area, whole or in part: the same class everywhere, deciles of its own set, estimates or a reason."""

import pytest

from geo.errors import InputError, RefusedClaim
from geo.maps.areas import View
from geo.maps.deck import to_html
from geo.maps.scales import BIVARIATE, EXCEEDANCE, NOT_TESTED, SPOTS, STATUS_LOOKS
from geo.maps.scenes_figures import scene_of_areas
from geo.models import Detection, Estimate, Finding, Observation
from geo.queries.catalogue import get_indicator, get_release
from geo.queries.observations import Question
from geo.statuses import Comparison, Reason, Status
from tests import builders
from tests.cells import forget
from tests.world import a_world

pytestmark = pytest.mark.django_db
SLUG = "cervical-coverage-25-49"


@pytest.fixture
def world():
    """The small England with deciles in its release; an estimate of the first area alone, whose figure is withheld."""
    forget()
    made = a_world()
    deciles = builders.an_indicator("imd-2025-decile", unit="decile", decimals=0, polarity="none", kind="ratio_only")
    for number, lsoa in enumerate(made.lsoas[:11]):
        builders.an_observation(
            lsoa, release=made.release, indicator=deciles, period="2025", value=float(min(number + 1, 10)), numerator=None,
            denominator=None, lower=None, upper=None, comparison=Comparison.NOT_COMPARED, reason=Reason.NOT_PUBLISHED,
        )  # fmt: skip
    builders.an_availability(release=made.release, indicator=deciles, period="2025")
    blank = dict.fromkeys(("numerator", "denominator", "value", "lower", "upper"))
    Observation.objects.filter(indicator=made.coverage, period__slug="2021-22", area=made.lsoas[0]).update(
        **blank, status=Status.SUPPRESSED, reason=Reason.SMALL_NUMBERS, comparison=Comparison.NOT_COMPARED, is_reliable=False
    )
    yield made
    forget()


def scene(view, **question):
    release = get_release()
    return scene_of_areas(release, get_indicator(SLUG, release), Question(area_type="lsoa", **question), view)


@pytest.mark.parametrize("view", [View(is_two_way=True), View(benchmark="england")])
def test_a_part_of_the_country_has_the_colours_of_the_whole(world, view):
    whole = {shape.words.split("\n")[0]: shape.fill for shape in scene(view).shapes}
    part = {shape.words.split("\n")[0]: shape.fill for shape in scene(view, within="E09000002").shapes}

    assert len(part) == 3
    assert part.items() <= whole.items()


def test_two_ways_each_area_is_coloured_by_its_value_and_its_decile(world):
    shapes = scene(View(is_two_way=True)).shapes

    # Withheld and missing keep their look; of values 0, 51, 52, 55 ... 61 % the thirds end at 55 and 58 %.
    assert (shapes[0].fill, shapes[0].pattern) == (STATUS_LOOKS["suppressed"]["fill"], "diagonal")
    assert shapes[1].fill == BIVARIATE.colours[8]
    assert shapes[4].fill == BIVARIATE.colours[7], "a zero is a value"
    assert shapes[10].fill == BIVARIATE.colours[0]
    assert shapes[11].fill == STATUS_LOOKS["missing"]["fill"]
    assert "deprivation not known" in shapes[11].words
    assert "decile 2, most deprived 20 % (Core20)" in shapes[1].words


def test_an_estimate_stands_where_the_figure_is_withheld_and_others_were_not_tested(world):
    found = scene(View("exceedance"))
    first, other, missing = found.shapes[0], found.shapes[1], found.shapes[3]

    assert first.fill == EXCEEDANCE.colours[4]
    assert "Published: cannot be shown (small numbers)" in first.words
    assert (other.fill, other.pattern, other.line) == (NOT_TESTED["fill"], "ticks", NOT_TESTED["line"])
    assert missing.fill == STATUS_LOOKS["missing"]["fill"]
    assert "1 of 12 areas were tested" in found.summary
    assert [row[2] for row in found.tables[0].rows[:2]] == ["99 %, very likely worse", "not tested"]


def test_what_is_withheld_is_nowhere_in_the_file_of_its_estimate(world):
    Estimate.objects.update(expected=70.123, z=-3.21, p=0.00234)
    page = to_html(scene(View("shrunken"))).split('id="engine"')[0]

    assert "about 55.0 %, shrunken" in page
    for secret in ("70.1", "3.21", "0.0023", "50.0 %\\n"):
        assert secret not in page, secret


def test_the_most_deprived_fifth_is_outlined_and_the_rest_recedes(world):
    found = scene(View(is_core20=True))

    assert [shape.is_outlined for shape in found.shapes] == [True, True, *[False] * 10]
    assert [shape.is_faint for shape in found.shapes] == [False, False, *[True] * 10]
    assert found.keys[-1].words == "most deprived 20 % (Core20), outlined"
    assert '"id":"patterns-faint"' in to_html(found)


def test_a_window_is_outlined_and_named(world):
    Estimate.objects.update(in_window=True)
    finding = Finding.objects.get()
    Detection.objects.filter(pk=finding.detection_id).update(kind="scan_window")
    Finding.objects.update(is_worse=True)
    found = scene(View("windows"))

    assert (found.shapes[0].fill, found.shapes[0].is_outlined) == (SPOTS["window"], True)
    assert not any(shape.is_outlined for shape in found.shapes[1:])
    assert found.shapes[0].words.split("\n")[1].startswith("in the scan window around Haven 001")
    assert finding.sentence in [key.words for key in found.keys]


def test_what_there_is_not_is_refused_with_its_rule_and_where_it_is(world):
    Estimate.objects.all().delete()
    with pytest.raises(RefusedClaim) as caught:
        scene(View("spots"))
    assert caught.value.reason == "modelled"
    assert str(caught.value).startswith("No estimates here: ")
    with pytest.raises(InputError) as wrong:
        scene(View("nonsense"))
    assert wrong.value.parameter == "show"
    release = get_release()
    with pytest.raises(InputError, match="no decile of deprivation"):
        scene_of_areas(release, get_indicator(SLUG, release), Question(area_type="lad"), View(is_two_way=True))
