"""What the eye makes of a colour: luminance, contrast, and how it looks without one kind of cone.

Colours are written `#rrggbb` (sRGB). Sources: contrast ratio as in WCAG 2.2, relative luminance; colour-blind views after
Machado, Oliveira and Fernandes (2009), severity 1.0; differences as CIE 1976 Delta E in CIELAB (D65).
"""

from geo.errors import InputError

# Severity 1.0, on linear RGB.
_VIEWS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
VIEWS = tuple(_VIEWS)

_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
_WHITE = (0.95047, 1.0, 1.08883)
# Below these the curves of sRGB and of CIELAB are straight lines.
_SRGB_LINEAR = 0.04045
_LAB_LINEAR = 0.008856
_HEX_DIGITS = 7

Triple = tuple[float, float, float]


def linear_rgb(colour: str) -> Triple:
    """The three lights of a colour, 0 to 1, without the gamma curve. Raises InputError for text that is not `#rrggbb`."""
    if len(colour) != _HEX_DIGITS or not colour.startswith("#"):
        raise InputError(f"{colour!r} is not a colour.", parameter="colour", found=colour, valid=("#rrggbb",))
    red, green, blue = (_without_gamma(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return red, green, blue


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = linear_rgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def difference(one: str, other: str, *, view: str = "normal") -> float:
    """How far apart two colours look (CIE 1976 Delta E; 2.3 is just noticeable), seen as in `view` (one of VIEWS)."""
    first, second = _lab(one, view), _lab(other, view)
    return sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5


def _without_gamma(light: float) -> float:
    return light / 12.92 if light <= _SRGB_LINEAR else float(((light + 0.055) / 1.055) ** 2.4)


def _times(matrix: tuple[tuple[float, float, float], ...], vector: Triple) -> Triple:
    first, second, third = (sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def _lab(colour: str, view: str) -> Triple:
    seen = _times(_VIEWS[view], linear_rgb(colour))
    inside = (min(max(seen[0], 0.0), 1.0), min(max(seen[1], 0.0), 1.0), min(max(seen[2], 0.0), 1.0))
    x, y, z = (_lab_curve(value / white) for value, white in zip(_times(_XYZ, inside), _WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _lab_curve(ratio: float) -> float:
    return float(ratio ** (1 / 3)) if ratio > _LAB_LINEAR else 7.787 * ratio + 16 / 116
