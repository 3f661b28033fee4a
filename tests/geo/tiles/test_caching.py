"""Hot blobs: bounded by bytes, oldest go first, nothing false is held."""

import pytest

from geo.tiles.caching import BlobCache


def test_a_held_blob_is_not_read_again():
    cache, reads = BlobCache(), []

    assert [cache.get("a", lambda: reads.append(1) or b"x") for _ in range(3)] == [b"x"] * 3
    assert len(reads) == 1


def test_least_recently_used_goes_first_and_bytes_stay_bounded():
    cache = BlobCache(80)
    for key in "abcdefgh":
        cache.get(key, lambda: b"0123456789")
    cache.get("a", lambda: pytest.fail("a is held"))

    cache.get("i", lambda: b"0123456789")

    assert cache.held_bytes == 80
    cache.get("a", lambda: pytest.fail("a was used last"))
    assert cache.get("b", lambda: b"anew") == b"anew"


def test_a_blob_too_large_is_given_but_not_held():
    cache = BlobCache(80)

    assert cache.get("a", lambda: b"x" * 11) == b"x" * 11
    assert cache.held_bytes == 0


def test_a_failed_read_is_not_held():
    cache = BlobCache()
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: 1 // 0)

    assert cache.get("a", lambda: b"x") == b"x"
