"""Pseudonyms: HMAC-SHA256 of the NHS number under a key of the release, in Python, so that no key stands in a query or its log.

The master key lies in a file of its own outside the data (64 hexadecimal digits, readable by its owner alone). A release's key is the
HMAC of its label under the master key: pseudonyms of two releases cannot be joined.
"""

import hashlib
import hmac
import secrets
from pathlib import Path

import pyarrow as pa

from geo.errors import LinkageError, Place
from geo.linkage.files import whole

_KEY_BYTES = 32
_BLOCK_BYTES = 64
_INNER, _OUTER = 0x36, 0x5C


def master_key(path: Path) -> bytes:
    """The key of a file, which is made where there is none. Raises LinkageError for a file that holds no key or that others may read."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with whole(path) as partial:
            partial.touch(mode=0o600)
            partial.write_text(secrets.token_hex(_KEY_BYTES) + "\n")
    if path.stat().st_mode & 0o077:
        raise LinkageError("no_key", Place(path.name, found="a key that others may read", expected="a file of mode 600"))
    try:
        key = bytes.fromhex(path.read_text().strip())
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise LinkageError("no_key", Place(path.name, found="other text", expected=f"{2 * _KEY_BYTES} hexadecimal digits"))
    return key


def release_key(master: bytes, label: str) -> bytes:
    """The key of one release."""
    return hmac.digest(master, label.encode(), "sha256")


def key_digest(key: bytes) -> str:
    """What tells keys apart in a manifest without telling the key."""
    return hashlib.sha256(b"which key" + key).hexdigest()[:16]


def pseudonyms(numbers: pa.Array | pa.ChunkedArray, key: bytes) -> pa.Array:
    """The pseudonym of each NHS number (int64), 64 hexadecimal digits; null for null.

    The two halves of HMAC (RFC 2104) begin with the padded key, so each number starts from copies of the two prepared states.
    """
    padded = key.ljust(_BLOCK_BYTES, b"\0")
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in padded)) for pad in (_INNER, _OUTER))
    found: list[str | None] = []
    for number in numbers.to_pylist():
        if number is None:
            found.append(None)
            continue
        first, second = inner.copy(), outer.copy()
        first.update(b"%010d" % number)
        second.update(first.digest())
        found.append(second.hexdigest())
    return pa.array(found, pa.string())
