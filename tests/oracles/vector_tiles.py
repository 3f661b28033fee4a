"""A plain second reader of vector tiles (version 2 of the format), written from the specification and sharing nothing with the service.

Rings are kept as the tile holds them: whole numbers, y downwards, first point not repeated.
"""

import struct
from dataclasses import dataclass, field

_POLYGON = 3


@dataclass
class Feature:
    id: int | None = None
    kind: int = 0
    properties: dict = field(default_factory=dict)
    rings: list = field(default_factory=list)


@dataclass
class Layer:
    name: str = ""
    version: int = 1
    extent: int = 4096
    features: list = field(default_factory=list)


def read_tile(content: bytes) -> dict[str, Layer]:
    """All layers by name. Raises ValueError for bytes that are no tile."""
    layers = [_layer(value) for number, value in _fields(content) if number == 3]
    return {layer.name: layer for layer in layers}


def ring_area(ring: list[tuple[int, int]]) -> float:
    """The surveyor's formula in tile coordinates: positive for an outer ring."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True)) / 2


def _fields(content):
    position = 0
    while position < len(content):
        tag, position = _varint(content, position)
        wire = tag & 7
        if wire == 0:
            value, position = _varint(content, position)
        elif wire in (1, 5):
            size = 8 if wire == 1 else 4
            value, position = content[position : position + size], position + size
        elif wire == 2:
            size, position = _varint(content, position)
            value, position = content[position : position + size], position + size
            if len(value) != size:
                raise ValueError("the tile ends in the middle of a field")
        else:
            raise ValueError(f"wire type {wire}")
        yield tag >> 3, value


def _varint(content, position):
    number = shift = 0
    while True:
        byte = content[position]
        position += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, position
        shift += 7


def _packed(content):
    numbers, position = [], 0
    while position < len(content):
        number, position = _varint(content, position)
        numbers.append(number)
    return numbers


def _zigzag(number):
    return (number >> 1) ^ -(number & 1)


def _value(content):
    for number, value in _fields(content):
        if number == 1:
            return value.decode()
        if number == 2:
            return struct.unpack("<f", value)[0]
        if number == 3:
            return struct.unpack("<d", value)[0]
        if number in (4, 5):
            return value
        if number == 6:
            return _zigzag(value)
        if number == 7:
            return bool(value)
    return None


def _layer(content):
    layer, keys, values, raw = Layer(), [], [], []
    for number, value in _fields(content):
        if number == 1:
            layer.name = value.decode()
        elif number == 2:
            raw.append(value)
        elif number == 3:
            keys.append(value.decode())
        elif number == 4:
            values.append(_value(value))
        elif number == 5:
            layer.extent = value
        elif number == 15:
            layer.version = value
    layer.features = [_feature(each, keys, values) for each in raw]
    return layer


def _feature(content, keys, values):
    feature = Feature()
    for number, value in _fields(content):
        if number == 1:
            feature.id = value
        elif number == 2:
            tags = _packed(value)
            feature.properties = {keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)}
        elif number == 3:
            feature.kind = value
        elif number == 4:
            feature.rings = _rings(_packed(value))
    return feature


def _rings(commands):
    rings, ring, x, y, position = [], [], 0, 0, 0
    while position < len(commands):
        command, count = commands[position] & 7, commands[position] >> 3
        position += 1
        if command == 7:
            rings.append(ring)
            ring = []
            continue
        for _ in range(count):
            if command == 1 and ring:
                rings.append(ring)
                ring = []
            x, y = x + _zigzag(commands[position]), y + _zigzag(commands[position + 1])
            ring.append((x, y))
            position += 2
    return [*rings, ring] if ring else rings
