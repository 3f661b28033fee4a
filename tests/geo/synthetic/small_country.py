"""A made-up country of a few districts with the names that stories know, small enough for a test and shaped like the real one."""

import numpy as np

from geo.synthetic.country import BANDS, SYSTEMS, Country
from geo.synthetic.streams import uniform

# Residents of a neighbourhood by band of age: about those of England in 2021, in round numbers.
AGES = np.array([92, 96, 98, 93, 96, 105, 112, 108, 103, 98, 108, 105, 90, 77, 76, 55, 38, 37])
DISTRICTS = {
    "ncl": ("Haringey", "Enfield"), "nenc": ("Newcastle upon Tyne", "Gateshead"), "gm": ("Rochdale", "Oldham", "Bury"),
    "bsol": ("Solihull", "Birmingham"), "cm": ("Halton",), "frimley": ("Slough",), "wy": ("Calderdale", "Bradford"),
    "km": ("Thanet", "Swale", "Dover"), "llr": ("Leicester",), "bnssg": ("Bristol, City of",),
}  # fmt: skip


def a_country(systems: tuple[str, ...] = tuple(SYSTEMS), *, neighbourhoods: int = 30, minority: float = 0.35) -> Country:
    """Districts of these systems with so many neighbourhoods each, on a grid, a kilometre apart; one in ten in each decile."""
    names = [(system, district) for system in systems for district in DISTRICTS[system] for _ in range(neighbourhoods)]
    n = len(names)
    place = np.arange(n)
    district = {pair: k for k, pair in enumerate(dict.fromkeys(names))}
    of = np.array([district[pair] for pair in names])
    within = place % neighbourhoods
    shares = np.array([0.5, 0.25, 0.12, 0.0, 0.13]) * minority
    shares[3] = 1 - minority
    return Country(
        lsoa21=_text(f"E0100{k:04d}" for k in place),
        lsoa11=_text(f"E0101{k:04d}" for k in place),
        msoa21=_text(f"E0200{k // 5:04d}" for k in place),
        lad24=_text(f"E0800{k:04d}" for k in of),
        lad_name=_text(name for _, name in names),
        icb26=_text(SYSTEMS[system][0] for system, _ in names),
        icb23=_text(SYSTEMS[system][0] for system, _ in names),
        system=_text(system for system, _ in names),
        decile=within % 10 + 1,
        people=(AGES[None, :] * (0.8 + 0.4 * uniform(1, "test/people", place * BANDS)[:, None])).astype(np.int64),
        ethnic_share=np.tile(shares, (n, 1)),
        x=400_000.0 + 1_000 * (within % 6) + 10_000 * of,
        y=400_000.0 + 1_000 * (within // 6),
        postcodes=_text(f"ZZ{k % 10}{j}{'ABDEFGHJLN'[k // 1000 % 10]}{'ABDEFGHJLN'[k // 100 % 10]}{'ABDEFGHJLN'[k // 10 % 10]}"
                        for k in place for j in range(8)),
        postcode_start=np.arange(n + 1) * 8,
        practices=_text(f"Y{of[k]:02d}{(within[k] // 6 + j) % 5:03d}" for k in place for j in range(3)),
        practice_start=np.arange(n + 1) * 3,
        practice_weight=np.tile([900.0, 500.0, 100.0], n),
    )  # fmt: skip


def _text(values) -> np.ndarray:
    return np.array(list(values), dtype=object)
