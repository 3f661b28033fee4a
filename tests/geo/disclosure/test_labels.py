"""detections.json holds labels and nothing else: whatever is added to it is refused, where it is written and where it is read."""

import copy
import json

import pytest

from geo.disclosure.labels import NONE, check_labels, read_labels
from geo.disclosure.protected_files import DETECTIONS, MANIFEST, read_protected, write_protected
from geo.errors import QualityError
from tests.geo.releases.linked_world import FACTS, protected_world

CODES = ["E01000001", "E01000002", "E01000003"]


def labels(**changed):
    question = {
        "indicator": "asthma-under-19", "geography": "lsoa21", "since": "2022-23", "period": "2025-26", "kind": "scan_window",
        "adjustment": "age_sex_deprivation", "taken_account_of": ["age", "deprivation"], "state": "found", "reason": "",
        "sets": [{"direction": "high", "areas": CODES}],
    }  # fmt: skip
    return {**NONE, "detections": [question | changed]}


def test_labels_are_let_through():
    assert check_labels(labels(), DETECTIONS) == labels()
    assert check_labels(dict(NONE), DETECTIONS) == NONE


@pytest.mark.parametrize(
    "changed",
    [
        {"p": 0.01},
        {"tested": 150},
        {"sets": [{"direction": "high", "areas": CODES, "persons": 31}]},
        {"sets": [{"direction": "high", "areas": CODES[:2]}]},
        {"sets": [{"direction": "high", "areas": CODES[::-1]}]},
        {"sets": [{"direction": "high", "areas": [*CODES, 31]}]},
        {"sets": [{"direction": "high", "areas": [*CODES[:2], "E01000003 (31 persons)"]}]},
        {"sets": [{"direction": "31", "areas": CODES}]},
        {"sets": [{"direction": "high", "areas": [*CODES, "E01000009"]}, {"direction": "high", "areas": CODES}]},
        {"taken_account_of": ["age", 31]},
        {"period": 2025},
        {"kind": "priority"},
        {"state": "nothing_found"},
        {"state": "refused"},
        {"reason": "31 persons"},
    ],
)
def test_anything_else_is_refused(changed):
    with pytest.raises(QualityError, match=DETECTIONS):
        check_labels(labels(**changed), DETECTIONS)


@pytest.mark.parametrize("changed", [{"persons": 31}, {"refused_sets": 0.5}, {"refused_sets": True}, {"fewest_persons": 5}])
def test_so_is_anything_beside_the_questions(changed):
    with pytest.raises(QualityError, match=DETECTIONS):
        check_labels({**labels(), **changed}, DETECTIONS)


def test_a_file_that_was_changed_after_it_was_written_is_not_read(tmp_path):
    folder = protected_world(tmp_path)
    world = read_protected(folder)
    write_protected(world.table, folder, {**FACTS, "disclosure": {}}, detections=labels())
    assert read_protected(folder).detections == labels()

    changed = copy.deepcopy(labels())
    changed["detections"][0]["sets"][0]["areas"].append("E01000004")
    (folder / DETECTIONS).write_text(json.dumps(changed))

    with pytest.raises(QualityError, match="sha256"):
        read_protected(folder)


def test_a_world_without_labels_or_with_numbers_in_them_is_not_read(tmp_path):
    folder = protected_world(tmp_path)
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / DETECTIONS).unlink()
    with pytest.raises(QualityError, match="labels of clusters"):
        read_protected(folder)
    del manifest["files"][DETECTIONS]
    (folder / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(QualityError, match=DETECTIONS):
        read_protected(folder)
    (folder / DETECTIONS).write_text("{")
    with pytest.raises(QualityError, match="not readable as JSON"):
        read_labels(folder / DETECTIONS)


def test_what_is_more_than_labels_is_not_written(tmp_path):
    world = read_protected(protected_world(tmp_path))

    with pytest.raises(QualityError, match=DETECTIONS):
        write_protected(world.table, tmp_path / "other", {**FACTS, "disclosure": {}}, detections=labels(p=0.01))
    assert not (tmp_path / "other").exists()
