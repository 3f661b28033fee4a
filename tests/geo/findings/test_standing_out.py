"""What a group of areas is compared with is what there is: of linked records the other regions that have records, not England."""

from types import SimpleNamespace

import pytest

from geo.findings.standing_out import _groups


@pytest.mark.parametrize(
    ("sources", "against"), [(["cervical-screening"], "the rest of England"), (["linked-records"], "the other regions of these records")]
)
def test_a_region_is_compared_with_what_there_is_besides(sources, against):
    areas = SimpleNamespace(regions=["London", "North East", ""], has_deprivation=False)
    question = SimpleNamespace(
        areas=areas, part=SimpleNamespace(definition={"sources": sources}), expectation=SimpleNamespace(adjustment="")
    )

    assert [(group, told) for _, group, told, _ in _groups(question)] == [("London", against), ("North East", against)]
