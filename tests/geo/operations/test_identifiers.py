"""A number that is planted in any kind of content is found there; what only looks like one is told apart."""

import gzip
import io
import json
import zipfile
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest

from geo.operations.identifiers import Seeker, is_valid, known_numbers
from geo.synthetic.nhs_numbers import nhs_numbers
from tests.oracles.linkage import plain_number

NUMBERS = nhs_numbers(5, np.arange(40))
NUMBER = int(NUMBERS[7])
TEXT = str(NUMBER)
GROUPS = (TEXT[:3], TEXT[3:6], TEXT[6:])


def parquet(table, **options):
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


def arrow(table, opened=pa.ipc.new_file):
    out = io.BytesIO()
    with opened(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue()


def zipped(content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("deep/x.csv", content)
    return out.getvalue()


def varying(number):
    parts = []
    while number:
        number, part = divmod(number, 128)
        parts.append(part | (0x80 if number else 0))
    return bytes(parts)


COLUMNS = {
    "int64": pa.array([1, None, NUMBER]),
    "double": pa.array([1.5, float(NUMBER)]),
    "decimal": pa.array([NUMBER]).cast(pa.decimal128(19, 0)),
    "text": pa.array(["none", f"see {' '.join(GROUPS)}", None]),
    "dictionary": pa.array(["a", TEXT, "a"]).dictionary_encode(),
    "dictionary of numbers": pa.array([5, NUMBER, 5]).dictionary_encode(),
    "list": pa.array([[TEXT], [], None]),
    "list of numbers": pa.array([[3, NUMBER]]),
    "struct": pa.array([{"a": {"b": NUMBER}}]),
    "list of structs": pa.array([[{"n": TEXT}]]),
    "map": pa.array([[(TEXT, 1)]], pa.map_(pa.string(), pa.int64())),
    "bytes": pa.array([b"\0\1" + TEXT.encode()]),
    "bytes of an archive": pa.array([gzip.compress(TEXT.encode())]),
}
TABLES = {name: pa.table({"x": values}) for name, values in COLUMNS.items()}
DESCRIBED = pa.table({"x": [1]}).replace_schema_metadata({"told": TEXT})
FIELD = pa.table([pa.array([1])], pa.schema([pa.field("x", pa.int64(), metadata={"of": TEXT})]))
WRITTEN = {
    "plain": TEXT, "spaced": " ".join(GROUPS), "hyphens": "-".join(GROUPS), "in a word": f"id{TEXT}x", "in a key": f"{TEXT}20250101",
    "sentence": f"It is {TEXT}.", "address": f"/areas/?q={TEXT}&b=1", "address, spaced": "?q=" + "%20".join(GROUPS),
    "address, plus": "?q=" + "+".join(GROUPS), "dash": "\u2013".join(GROUPS), "hard space": "\u00a0".join(GROUPS),
    "HTML": "&nbsp;".join(GROUPS), "JSON": json.dumps({"a": [{"b": NUMBER}]}), "JSON text": json.dumps({"a": {TEXT: 1}}),
    "half": f"{GROUPS[0]} {TEXT[3:]}",
    "log": f"2026-01-01 00:00:00 ERROR django.request /x {TEXT} [1]", "underlined": "_".join(GROUPS),
}  # fmt: skip
CONTENTS = {
    **{f"text: {name}": text.encode() for name, text in WRITTEN.items()},
    **{f"Parquet: {name}": parquet(table) for name, table in TABLES.items() if "dictionary" not in name},
    **{f"Parquet, plain pages: {name}": parquet(TABLES[name], use_dictionary=False, compression="zstd") for name in ("int64", "text")},
    **{f"Arrow: {name}": arrow(table) for name, table in TABLES.items()},
    "Arrow stream": arrow(TABLES["text"], pa.ipc.new_stream),
    "Parquet, metadata": parquet(DESCRIBED), "Arrow, metadata of a column": arrow(FIELD),
    "Parquet, name of a column": parquet(pa.table({TEXT: [1]})),
    "gzip": gzip.compress(TEXT.encode()), "gzip of Arrow": gzip.compress(arrow(TABLES["int64"])), "zip": zipped(TEXT),
    "bytes of a number": b"ab" + NUMBER.to_bytes(8, "little") + b"cd",
    "value of a vector tile": b"\x22\x06\x20" + varying(NUMBER) + b"\x2a",
}  # fmt: skip


def sought(content, known=NUMBERS):
    seeker = Seeker(np.sort(known))
    seeker.in_content("here", content)
    return seeker


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS.keys())
def test_a_planted_number_is_found(content):
    seeker = sought(content)

    assert seeker.found or seeker.in_bytes
    assert TEXT not in repr((seeker.found, seeker.in_bytes))
    assert not sought(content, np.delete(NUMBERS, 7)).found


@pytest.mark.parametrize("kind", ["Parquet: text", "Arrow: int64", "gzip", "zip"])
def test_what_is_cut_short_is_told_as_not_opened(kind):
    content = CONTENTS[kind]

    assert sought(content[: len(content) // 2]).unread == ["here"]


@pytest.mark.parametrize(
    "text",
    ["", "943 476 591", str(NUMBER + 1), "12345", "2026-06-30", date(2026, 6, 30).isoformat(), f"{GROUPS[0]}\n{GROUPS[1]}\n{GROUPS[2]}"],
)
def test_what_is_no_known_number_is_not_found(text):
    assert not sought(text.encode()).has_found


def test_a_valid_number_of_nobody_is_told_apart_from_parts_of_digests_and_fractions():
    alone, other = Seeker(), str(NUMBERS[0])
    alone.in_text("alone", f"a {other}, a")
    alone.in_text("digest", f"5e{other}b7")
    alone.in_text("longer", f"1{other}")
    alone.in_text("fraction", f"0.{other}")

    assert dict(alone.alike) == {"alone": 1}
    assert (alone.written, alone.windows) == (1, 4)
    assert not alone.has_found


def test_of_random_digits_as_many_are_valid_as_chance_would_have_it():
    random = np.random.default_rng(3).integers(9_000_000_000, 10_000_000_000, 50_000)
    seeker = Seeker(nhs_numbers(1, np.arange(200_000)))
    seeker.known.sort()
    seeker.in_numbers("random", pa.array(random))

    assert seeker.alike_by_chance == pytest.approx(50_000 / 11)
    assert seeker.alike.total() + seeker.found.total() == pytest.approx(seeker.alike_by_chance, rel=0.06)
    assert seeker.found_by_chance == pytest.approx(10)
    assert 1 <= seeker.found.total() <= 25


def test_bytes_that_would_be_numbers_count_only_where_chance_gives_fewer():
    noise = np.random.default_rng(4).integers(0, 256, 2_000_000, dtype=np.uint8).tobytes()
    many = np.sort(nhs_numbers(1, np.arange(2_000_000)))

    by_chance, planted = sought(noise, many), sought(noise + CONTENTS["bytes of a number"] * 8)

    assert not by_chance.found or by_chance.found_by_chance > 0
    assert by_chance.in_bytes.total() <= 3 + 3 * by_chance.in_bytes_by_chance
    assert planted.has_found


def test_validity_is_that_of_the_slow_second_version():
    numbers = np.random.default_rng(2).integers(9_000_000_000, 10_000_000_000, 3_000)

    assert is_valid(numbers).tolist() == [plain_number(str(number)) is not None for number in numbers]
    assert known_numbers([*map(str, NUMBERS), "-".join(GROUPS), "9434765918", "123", ""]).tolist() == sorted(NUMBERS)
