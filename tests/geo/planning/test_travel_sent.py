"""Tables that somebody sent: the same as a site's own, and what would unpack to more than a table may be is refused before it does."""

import gzip
import io
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from geo.errors import SourceError
from geo.planning.travel_files import read_sent_minutes
from geo.planning.travel_sent import LARGEST_FILE, MOST_COLUMNS, MOST_ROWS

CODES = [f"E01{number:06d}" for number in range(2_000)]
AREAS = {code: code for code in CODES}
# What a person waits for at most; one core that is busy with other things is allowed for.
PATIENCE_S = 1.0


def parquet(columns, **options):
    file = io.BytesIO()
    pyarrow.parquet.write_table(pa.table(columns), file, **options)
    return file.getvalue()


def read(content):
    return read_sent_minutes(content, "bus.csv", areas=AREAS)


LONG_TEXT = pa.DictionaryArray.from_arrays(np.zeros(200_000, dtype="i4"), ["x" * 1_000_000])
MANY = "\n".join(f"{CODES[at % 2_000]},D{at},1" for at in range(300_000))


@pytest.mark.parametrize("store_schema", [True, False])
def test_csv_and_parquet_give_the_same_table(store_schema):
    columns = {"area": CODES[:2], "OX1 1AA": [5.5, 7.0], "OX1 1AB": [None, 8.0]}
    named = pa.array(CODES[:2]).dictionary_encode()

    wanted = [[5.5, np.nan], [7.0, 8.0]]
    for content in (
        b"area,OX1 1AA,OX1 1AB\nE01000000,5.5,\nE01000001,7,8\n",
        parquet(columns, store_schema=store_schema),
        parquet({**columns, "area": named}, store_schema=store_schema),
    ):
        found = read(content)
        assert (found.areas, found.destinations) == (("E01000000", "E01000001"), ("OX1 1AA", "OX1 1AB"))
        assert np.array_equal(found.table, wanted, equal_nan=True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"a" * (LARGEST_FILE + 1), "too large: found 10,000,001 bytes", id="bytes"),
        pytest.param(gzip.compress(b"a" * 100_000_000), "a packed file", id="gzip"),
        pytest.param(b"," * LARGEST_FILE, f"row 1: too large.*at most {MOST_COLUMNS:,} columns", id="columns"),
        pytest.param(b"\n" * LARGEST_FILE, f"rows, expected at most {MOST_ROWS:,}", id="rows"),
        pytest.param(b"\0" * LARGEST_FILE, "too large", id="zeros"),
        pytest.param(b'"' * 150_000 + b"\n" + b'"' * 9_000_000, "not a table", id="quotes"),
        pytest.param(f"area,destination,minutes\n{MANY}\n".encode(), "2,000 areas by 300,000 places", id="places"),
        pytest.param(b"PAR1", "not a table", id="nothing of Parquet"),
        pytest.param(b"PAR1" + b"\x80" * 500 + (400).to_bytes(4, "little") + b"PAR1", "not a table", id="broken Parquet"),
        pytest.param(b"PAR1" + b"\xff" * 500 + b"\xff\xff\xff\x7fPAR1", "a description of 2,147,483,647 bytes", id="long footer"),
        pytest.param(parquet({"area": CODES, "P": np.zeros(2_000)}, compression="zstd"), "packed by zstd", id="zstd"),
        pytest.param(parquet({"area": LONG_TEXT, "P": np.zeros(200_000)}), "a text that is longer", id="long text"),
        pytest.param(
            parquet({"area": LONG_TEXT, "P": np.zeros(200_000)}, store_schema=False), "a text that is longer", id="long plain text"
        ),
        pytest.param(parquet({"area": pa.array(["x"] * 600_000), "P": np.zeros(600_000)}), "2 columns and 600,000 rows", id="many rows"),
        pytest.param(parquet({"area": [["E01000000"]], "P": [1.0]}), "column 'area': not a table: found list", id="nested"),
        pytest.param(b"area,A\nE01000000,5\nE01000001,1_0\n", "row 3, column 'A': not a number: found 1_0", id="Python's numbers"),
        pytest.param("area,A\nE01000000,\u0661\u0662\n".encode(), "row 2, column 'A': not a number", id="other digits"),
        pytest.param(b"area,A\x00B\nE01000000,5\n", "impossible value", id="unprintable"),
        pytest.param(
            b"area,destination,minutes,latitude,longitude\nE01000000,A,5,north,0\n", "column 'latitude': not a number", id="words"
        ),
        pytest.param(b"area,destination,minutes,latitude,longitude\nE01000000,A,5,,0\n", "found .nothing, 0.0.", id="no latitude"),
        pytest.param(b"area,A\nE01000000,inf\n", "impossible value", id="infinite"),
        pytest.param(b"\xff\xfe\x00", "not a table", id="no text"),
    ],
)
def test_what_is_no_table_is_told_within_a_second(content, words):
    begun = time.perf_counter()

    with pytest.raises(SourceError, match=words):
        read(content)

    assert time.perf_counter() - begun < PATIENCE_S


def test_the_largest_table_is_read_within_a_second():
    rows = "\n".join(f"{CODES[at % 2_000]},D{at // 2_000},{at % 97}.5,51.5,-0.{at // 2_000 + 1}" for at in range(280_000))
    content = f"area,destination,minutes,latitude,longitude\n{rows}\n".encode()
    assert 8_000_000 < len(content) <= LARGEST_FILE
    begun = time.perf_counter()

    found = read(content)

    assert time.perf_counter() - begun < PATIENCE_S
    assert (found.table.shape, np.isnan(found.table).sum(), found.points[3]) == ((2_000, 140), 0, (51.5, -0.4))
    assert found.table[7, 3] == (6_007 % 97) + 0.5


def test_no_broken_byte_of_a_parquet_file_is_more_than_a_fault():
    whole = parquet({"area": CODES, "OX1 1AA": np.linspace(0, 90, 2_000)})
    chance = np.random.default_rng(5)
    refused = 0
    for _ in range(150):
        broken = bytearray(whole)
        for at in chance.integers(4, len(whole), 4):
            broken[at] = chance.integers(0, 256)
        try:
            read(bytes(broken))
        except SourceError:
            refused += 1

    assert refused > 50
