"""Pseudonyms are HMAC-SHA256: published examples, Python's own hmac, and what must differ and must not."""

import hashlib
import hmac

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import LinkageError
from geo.linkage.pseudonyms import key_digest, master_key, pseudonyms, release_key

# RFC 4231, test cases 1 and 2.
RFC_4231 = [
    (b"\x0b" * 20, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (b"Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
]


@pytest.mark.parametrize(("key", "label", "expected"), RFC_4231)
def test_release_keys_are_hmacs_as_published(key, label, expected):
    assert release_key(key, label).hex() == expected


@given(st.binary(min_size=1, max_size=64), st.lists(st.integers(0, 9_999_999_999), min_size=1, max_size=20))
def test_pseudonyms_equal_those_of_the_standard_library(key, numbers):
    expected = [hmac.new(key, f"{number:010d}".encode(), hashlib.sha256).hexdigest() for number in numbers]

    assert pseudonyms(pa.array(numbers), key).to_pylist() == expected


def test_no_number_has_no_pseudonym():
    assert pseudonyms(pa.array([None, 9_000_000_009]), b"k")[0].as_py() is None


def test_releases_have_other_pseudonyms():
    master = bytes(32)

    first, second = (pseudonyms(pa.array([9_434_765_919]), release_key(master, label))[0] for label in ("2026-01", "2026-02"))

    assert first != second


def test_the_key_file_is_made_once_for_its_owner_alone(tmp_path):
    path = tmp_path / "secrets" / "pseudonym_key"

    made = master_key(path)

    assert len(made) == 32
    assert master_key(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(("text", "mode"), [("", 0o600), ("12", 0o600), ("xyz", 0o600), ("ab" * 32, 0o644)])
def test_a_file_that_holds_no_key_or_is_open_to_others_is_refused(tmp_path, text, mode):
    path = tmp_path / "key"
    path.write_text(text)
    path.chmod(mode)

    with pytest.raises(LinkageError) as caught:
        master_key(path)

    assert not text or text not in str(caught.value)


def test_a_digest_tells_keys_apart_and_is_none():
    assert key_digest(b"a" * 32) != key_digest(b"b" * 32)
    assert key_digest(b"a" * 32) != hashlib.sha256(b"a" * 32).hexdigest()[:16]
