"""Addresses: what is one, where it lies, and whether England can be in it."""

import pytest

from geo.errors import InvalidTileAddress
from geo.tiles.grid import TileAddress, can_hold_england, england_tiles, parse_address
from tests.oracles.tile_truth import HALF_WORLD_M


def test_address_is_read_from_plain_numbers():
    assert parse_address("10", "511", "340") == TileAddress(10, 511, 340)


BAD_ADDRESSES = """4/0/0 13/0/0 10/1024/0 10/0/1024 10/-1/0 ten/0/0 10/1.0/0 10/٣/0 10//0 10/99999999999999999999/0"""


@pytest.mark.parametrize("text", BAD_ADDRESSES.split())
def test_anything_else_is_refused(text):
    with pytest.raises(InvalidTileAddress):
        parse_address(*text.split("/"))


def test_tile_of_greenwich_begins_at_the_meridian():
    west, south, east, north = TileAddress(10, 512, 340).bounds_3857()

    assert west == 0
    assert east - west == pytest.approx(2 * HALF_WORLD_M / 1024)
    assert north - south == pytest.approx(east - west)
    assert TileAddress(10, 512, 340).bounds_3857(buffer=64)[0] == pytest.approx(-(east - west) / 64)


def test_england_is_covered_and_far_tiles_are_not():
    assert can_hold_england(TileAddress(10, 511, 340))
    assert not can_hold_england(TileAddress(10, 511, 100))
    assert not can_hold_england(TileAddress(10, 0, 340))
    assert all(can_hold_england(address) for address in england_tiles(8))


def test_keys_are_unique():
    addresses = [address for z in range(5, 10) for address in england_tiles(z)]

    assert len({address.key() for address in addresses}) == len(addresses)
