"""Layouts say what the extracts of the generator have, and a layout that breaks the rules is refused."""

import pytest

from geo.errors import DefinitionError
from geo.linkage.layouts import REGISTER, layouts, read_layout
from geo.synthetic.extracts import EXTRACTS


@pytest.mark.parametrize("extract", EXTRACTS, ids=lambda extract: extract.name)
def test_layout_has_the_columns_of_the_generator_in_order(extract):
    assert [column.name for column in layouts()[extract.name].columns] == extract.schema.names


def test_every_layout_has_an_extract_and_the_register_comes_first():
    assert set(layouts()) == {extract.name for extract in EXTRACTS}
    assert next(iter(layouts())) == REGISTER


def test_payload_holds_no_identifier():
    for layout in layouts().values():
        names = {column.name for column in layout.payload}
        assert not names & {name for role, name in layout.identity.items() if role not in ("sex", "practice")}, layout.name


SOUND = {"title": "T", "row_id": "K", "link": "number", "identity": "{nhs: N}", "columns": "{K: {type: text}, N: {type: nhs_number}}"}


def written(tmp_path, **changes):
    path = tmp_path / "made_up.yaml"
    path.write_text("\n".join(f"{key}: {value}" for key, value in (SOUND | changes).items() if value is not None))
    return path


def test_a_sound_layout_is_read(tmp_path):
    assert read_layout(written(tmp_path)).name == "made_up"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"columns": None}, "missing keys: columns"),
        ({"sort": "x"}, "unknown keys: sort"),
        ({"link": "guess"}, "unknown way to link: guess"),
        ({"row_id": "Q"}, "undeclared columns: Q"),
        ({"identity": "{nhs: N, shoe: K}"}, "unknown roles: shoe"),
        ({"link": "person"}, "missing roles: birth, postcode, sex"),
        ({"columns": "{K: {type: text}, N: {type: secret}}"}, "unknown types: secret"),
        ({"columns": "{K: {type: text, size: 3}, N: {type: nhs_number}}"}, "unknown keys: size"),
        ({"columns": "{K: {type: code, codes: [1, 2]}, N: {type: nhs_number}}"}, "no texts: 1, 2"),
    ],
)
def test_a_layout_that_breaks_the_rules_is_refused(tmp_path, change, words):
    with pytest.raises(DefinitionError, match=words):
        read_layout(written(tmp_path, **change))
