"""Rubbish given to the commands of linked records is refused in words, and what is published stays."""

import json
import shutil

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from geo.models import Release
from geo.operations import locks
from tests.builders import a_current_release
from tests.geo.operations.tiny_world import SPEC, small_country, standing_release

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker, tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    with standing_release(django_db_blocker, data) as report:
        yield data, report.release


@pytest.fixture
def world(standing, tmp_path, settings):
    """A copy of what stands, to be spoilt."""
    shutil.copytree(standing[0], tmp_path, dirs_exist_ok=True)
    settings.HIID_DATA = tmp_path
    with small_country():
        yield tmp_path


@pytest.mark.parametrize(
    ("command", "arguments", "told"),
    [
        ("demo_data", ["--people=0"], "people"), ("demo_data", ["--people=-1"], "people"), ("demo_data", ["--people=1e9"], "--people"),
        ("demo_data", ["--systems=xx"], "'xx'"), ("demo_data", ["--systems="], "no ''"), ("demo_data", ["--engine=sql"], "--engine"),
        ("demo_data", ["--seed=abc"], "--seed"), ("link_records", ["nowhere"], "no world 'nowhere'"),
        ("link_records", [f"../secure/{SPEC.name}"], "letters, digits and hyphens"),
        ("build_release", ["--linked", f"../protected/{SPEC.name}"], "letters, digits and hyphens"),
        ("build_release", ["--linked=nowhere"], "manifest.json"), ("withdraw_release", ["nowhere", "--notice=x"], "no release 'nowhere'"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(standing, world, command, arguments, told):
    with pytest.raises(CommandError, match=told):
        call_command(command, *arguments)

    assert Release.objects.get(is_current=True).slug == standing[1].slug


@pytest.mark.parametrize(
    ("command", "arguments"), [("demo_data", []), ("link_records", [SPEC.name]), ("build_release", ["--linked", SPEC.name])]
)
def test_a_second_run_waits_for_nobody(world, command, arguments):
    """Another session holds the lock of all that write."""
    settings = connection.get_connection_params()
    told = {key: settings[key] for key in ("dbname", "user", "password", "host", "port") if settings.get(key)}
    with psycopg.connect(**told) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [locks._LOCK])

        with pytest.raises(CommandError, match=r"waits for nobody: .*Try again when it has ended"):
            call_command(command, *arguments)


SPOILT = {
    "a table that was edited": (
        lambda folder: folder.joinpath("observations.parquet").write_bytes(b"PAR1 edited"),
        "observations.parquet: sha256",
    ),
    "no manifest": (lambda folder: folder.joinpath("manifest.json").unlink(), "manifest.json: file"),
    "a manifest of another world": (lambda folder: edit(folder, world="other"), "manifest.json: world"),
    "sums that were edited": (lambda folder: edit_sums(folder), "sums of "),
}


def edit(folder, **values):
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def edit_sums(folder):
    told = json.loads((folder / "manifest.json").read_text())["files"]
    sums = told["observations.parquet"]["sums"]
    sums[min(sums)][0] += 5
    edit(folder, files=told)


@pytest.mark.parametrize(("spoil", "told"), SPOILT.values(), ids=SPOILT)
def test_a_protected_folder_that_was_edited_is_never_published_and_is_made_again(standing, world, spoil, told):
    folder = world / "protected" / SPEC.name
    before = (folder / "observations.parquet").read_bytes()
    spoil(folder)

    with pytest.raises(CommandError, match=told):
        call_command("build_release", "--linked", SPEC.name)
    assert [release.slug for release in Release.objects.all()] == [standing[1].slug]

    with pytest.raises(CommandError, match=r"its protected table is not kept|observations\.parquet: sha256"):
        call_command("link_records", SPEC.name)
    call_command("link_records", SPEC.name, "--never-published")
    assert (folder / "observations.parquet").read_bytes() == before


def test_a_table_of_another_policy_is_made_again(world):
    folder = world / "protected" / SPEC.name
    edit(folder, policy="open")

    call_command("link_records", SPEC.name, "--never-published")

    assert json.loads((folder / "manifest.json").read_text())["policy"] == "hes"


def test_a_synthetic_release_is_rolled_back_and_withdrawn_like_any_other(standing, world):
    slug = standing[1].slug
    Release.objects.filter(slug=slug).update(is_current=False)
    later = a_current_release("2027-01-01-later", published_at="2027-01-01T00:00Z", previous=standing[1])
    client = Client(headers={"host": "localhost"})

    call_command("rollback_release")
    assert Release.objects.get(is_current=True).slug == slug
    call_command("withdraw_release", slug, notice="Made of the wrong extracts.")

    assert Release.objects.filter(is_current=True).first() in (None, later)
    for address in (
        f"/api/v1/indicators/?release={slug}",
        f"/api/v1/observations/?indicator=linked-bowel-coverage&area_type=lsoa&release={slug}",
    ):
        answer = client.get(address)
        assert (answer.status_code, answer.json()["detail"]) == (410, "Made of the wrong extracts.")
