"""Files of a step of linkage: written beside and renamed, so that what stands under a name is always whole."""

import errno
import hashlib
import json
import os
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import polars
import pyarrow as pa

from geo.errors import HiidError, LinkageError, Place

PARTIAL = ".partial"
_CHUNK = 1 << 20
_ROOM = Path(__file__).parents[1]
# Faults of the file system that mean: there is no room for more.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_ROOM_WORDS = ("no space left", "file too large", "disk quota", "max_temp_directory_size")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """The place to write a file at; after the block it stands under its name. A block that fails leaves what was there before.

    Raises LinkageError where there is no room (disk_full) or the file cannot be written (not_written).
    """
    partial = path.with_name(path.name + PARTIAL)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial.unlink(missing_ok=True)
    try:
        yield partial
        partial.chmod(0o600)
        partial.rename(path)
    except (OSError, duckdb.IOException, duckdb.OutOfMemoryException, polars.exceptions.ComputeError, pa.ArrowException) as error:
        raise _told(error, path) from error
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def on_secure_side(step: str) -> Iterator[None]:
    """Tells a fault of a step by its kind and its place in our code alone: the message of an engine may quote what a record holds.

    Raises LinkageError (disk_full, no_permission, step_failed) for whatever is no HiidError.
    """
    try:
        yield
    except HiidError:
        raise
    except PermissionError as error:
        place = Place(Path(error.filename or step).name, found="no permission", expected="a file of the user who runs this")
        raise LinkageError("no_permission", place) from None
    except Exception as error:
        if _is_for_want_of_room(error):
            raise LinkageError("disk_full", Place(step, found="no room for it", expected="room on the disk of the data folder")) from None
        last = next((each for each in reversed(traceback.extract_tb(error.__traceback__)) if f"{_ROOM.name}/" in each.filename), None)
        where = f" in {last.filename[last.filename.rindex(f'{_ROOM.name}/') :]}, line {last.lineno}" if last else ""
        raise LinkageError("step_failed", Place(step, found=type(error).__name__ + where, expected="a step that ends")) from None


def write_json(path: Path, values: Any) -> None:
    """Values as JSON that people can read; keys in the order given."""
    with whole(path) as partial, partial.open("w", encoding="utf-8") as file:
        json.dump(values, file, indent=2, ensure_ascii=False)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


def sha256(path: Path) -> str:
    """Digest of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def attempt(path: Path, read: Callable[[], Any]) -> Any:
    """What reading a Parquet file gives. Raises LinkageError where it is absent (not_found) or broken (not_a_table)."""
    try:
        return read()
    except FileNotFoundError as error:
        raise LinkageError("not_found", Place(path.name, found="no file", expected="a Parquet file")) from error
    except (OSError, pa.ArrowException) as error:
        size = path.stat().st_size if path.exists() else 0
        found = f"{size:,} bytes that are no whole table"
        raise LinkageError("not_a_table", Place(path.name, found=found, expected="a whole Parquet file")) from error


def _is_for_want_of_room(error: Exception) -> bool:
    return getattr(error, "errno", None) in _NO_ROOM or any(word in str(error).lower() for word in _NO_ROOM_WORDS)


def _told(error: Exception, path: Path) -> LinkageError:
    if _is_for_want_of_room(error):
        return LinkageError("disk_full", Place(path.name, found="no room for it", expected=f"room on the disk of {path.parent.name}/"))
    return LinkageError("not_written", Place(path.name, found=type(error).__name__, expected="a file that can be written"))
