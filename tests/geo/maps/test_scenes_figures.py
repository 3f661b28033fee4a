"""Pictures of an indicator say what the service says, and nothing of what it withholds."""

from dataclasses import replace

import pytest

from geo.errors import InputError
from geo.maps import scenes_figures
from geo.maps.deck import to_html
from geo.maps.scales import STATUS_LOOKS
from geo.maps.scenes_figures import scene_of_areas
from geo.models import Observation
from geo.queries.catalogue import get_indicator, get_release
from geo.queries.observations import Question, stream_observations
from geo.statuses import Comparison, Reason, Status
from tests.cells import forget
from tests.world import a_world

pytestmark = pytest.mark.django_db
SLUG = "cervical-coverage-25-49"


@pytest.fixture
def release():
    """The release of the small England, in which two neighbourhoods differ from the rest."""
    forget()
    world = a_world()
    observations = Observation.objects.filter(indicator=world.coverage, period__slug="2021-22")
    blank = dict.fromkeys(("numerator", "denominator", "value", "lower", "upper"))
    observations.filter(area=world.lsoas[0]).update(
        **blank, status=Status.SUPPRESSED, reason=Reason.SMALL_NUMBERS, comparison=Comparison.NOT_COMPARED, is_reliable=False
    )
    observations.filter(area=world.lsoas[1]).update(value=0.45, comparison=Comparison.WORSE)
    yield get_release()
    forget()


def scene(release, **question):
    return scene_of_areas(release, get_indicator(SLUG, release), Question(area_type="lsoa", **question))


def test_each_area_has_its_look_and_its_words(release):
    shapes = scene(release).shapes
    withheld, worse, similar, missing, zero = (shapes[at] for at in (0, 1, 2, 3, 4))

    assert (withheld.fill, withheld.pattern) == (STATUS_LOOKS["suppressed"]["fill"], "diagonal")
    assert "cannot be shown (small numbers): small numbers" in withheld.words
    assert "worse than England" in worse.words
    assert worse.pattern == "none"
    assert similar.pattern == "cross"
    assert (missing.fill, missing.pattern) == (STATUS_LOOKS["missing"]["fill"], "none")
    assert zero.fill == STATUS_LOOKS["zero"]["fill"]
    assert "0.0 %" in zero.words


def test_the_legend_has_the_classes_of_the_service_and_each_status_that_occurs(release):
    told = [key.words for key in scene(release).keys]

    assert told[:3] == ["up to 50.0", "50.0 to 60.0", "over 60.0"]
    assert "Stronger colours need attention: lower is worse." in told
    assert "cannot be shown (small numbers) (1 area)" in told
    assert "no data (1 area)" in told


def test_what_is_withheld_is_nowhere_in_the_file_even_if_it_were_read(release, monkeypatch):
    def leaky(selection, **options):
        for one in stream_observations(selection, **options):
            yield replace(one, value=0.12345, lower=0.11111, upper=0.13333, numerator=987654.0) if one.status == "suppressed" else one

    monkeypatch.setattr(scenes_figures, "stream_observations", leaky)
    page = to_html(scene(release))

    assert "E01000001" in page
    for secret in ("12.3", "0.123", "11.1 %", "13.3 %", "987654", "987,654"):
        assert secret not in page.split('id="engine"')[0], secret


def test_a_place_to_stay_within_and_a_period_are_kept_to(release):
    found = scene(release, within="E09000002", period="2020-21")

    assert len(found.shapes) == 3
    assert "2020" in found.facts[0]


def test_what_is_not_there_is_named(release):
    with pytest.raises(InputError) as caught:
        scene(release, period="1999")
    assert caught.value.parameter == "period"
    with pytest.raises(InputError):
        scene_of_areas(release, get_indicator("made-up-ratio", release), Question(area_type="lad"))


def test_a_synthetic_release_makes_a_synthetic_scene(release):
    assert not scene(release).is_synthetic
    assert scene(replace(release, is_synthetic=True)).is_synthetic
