"""Reading files and what is packed in them without being flooded: every unpacking has an absolute and a relative limit."""

import io
import zipfile
import zlib
from pathlib import Path

from geo.sources.faults import Faults

# The largest published file unpacks to under 60 MB; ten times that is no edition of any of them.
MAXIMUM_BYTES = 600_000_000
# Real tables shrink 3 to 40 times. Above this ratio, and above a size where the ratio means something, it is a bomb.
MAXIMUM_RATIO = 200
RATIO_COUNTS_FROM = 5_000_000
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"


def read_bytes(path: Path, *, faults: Faults) -> bytes:
    """The content of a file, unpacked where it is gzip. Raises SourceError archive_bomb, truncated or not_a_table."""
    packed = path.read_bytes()
    if packed[:2] == _GZIP:
        return _gunzip(packed, faults)
    if path.suffix == ".gz":
        faults.fail("not_a_table", found=_describe(packed), expected="a gzip file")
    if len(packed) > MAXIMUM_BYTES:
        faults.fail("archive_bomb", found=f"{len(packed)} bytes", expected=f"at most {MAXIMUM_BYTES} bytes")
    return packed


def check_zip(packed: bytes, *, faults: Faults) -> None:
    """That a zip-based workbook (XLSX, ODS) really unpacks to a bearable size, by unpacking it in pieces and counting.

    The sizes that a zip states about itself are not trusted. Raises SourceError archive_bomb or truncated.
    """
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            for member in archive.infolist():
                with archive.open(member) as stream:
                    while piece := stream.read(_CHUNK):
                        total += len(piece)
                        _check_size(total, len(packed), faults)
    except (zipfile.BadZipFile, EOFError, zlib.error) as error:
        faults.fail("truncated", found=f"{len(packed)} bytes ({error})", expected="a whole workbook")


def _gunzip(packed: bytes, faults: Faults) -> bytes:
    """Unpack all members of a gzip file in pieces, stopping at the limits."""
    parts: list[bytes] = []
    total = 0
    rest = packed
    while rest:
        unpacker = zlib.decompressobj(wbits=31)
        while not unpacker.eof:
            try:
                piece = unpacker.decompress(rest, _CHUNK)
            except zlib.error as error:
                faults.fail("truncated", found=f"damaged gzip after {total} bytes ({error})", expected="a whole gzip file")
            rest = unpacker.unconsumed_tail or unpacker.unused_data
            total += len(piece)
            _check_size(total, len(packed), faults)
            parts.append(piece)
            if not rest and not unpacker.eof:
                faults.fail("truncated", found=f"gzip ends after {total} bytes of content", expected="a whole gzip file")
        rest = rest.lstrip(b"\0")
    return b"".join(parts)


def _check_size(total: int, packed: int, faults: Faults) -> None:
    if total > MAXIMUM_BYTES:
        faults.fail("archive_bomb", found=f"over {MAXIMUM_BYTES} bytes unpacked", expected=f"at most {MAXIMUM_BYTES} bytes")
    if total > RATIO_COUNTS_FROM and total > packed * MAXIMUM_RATIO:
        faults.fail(
            "archive_bomb",
            found=f"{packed} bytes that unpack to over {total}",
            expected=f"at most {MAXIMUM_RATIO} times the packed size",
        )


def _describe(content: bytes) -> str:
    return f"a file that begins with {content[:12]!r}"
