"""Whether tests stay silent where there is nothing and find what is planted, on one real system. Writes docs/evidence/known_truths.md.

Maps are dealt over the neighbourhoods (LSOA 2011) of North East and North Cumbria with three years' expected stroke admissions: 200
without any cluster, and 200 with 12 contiguous neighbourhoods at twice the risk. The scan counts as reporting at p <= 0.05, hot spots
(Gi* as findings use it) and the neighbourhood test (each area with its six nearest, exact binomial) with an area at a false-discovery
rate of 5 %. Intervals are judged on simulated areas. Exits 1 when a bar is missed. Takes some minutes on one core.
"""

import os
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import nnls
from scipy.sparse.linalg import spsolve_triangular

from geo.geography.adjacency import Weights, nearest_weights, queen_weights, with_self
from geo.statistics.leroux import smooth_rates
from geo.statistics.local import getis_ord, neighbourhood_excess
from geo.statistics.multiplicity import benjamini_hochberg
from geo.statistics.precision import factorise
from geo.statistics.rates import proportion, rate
from geo.statistics.scan import ScanMethod, scan_poisson
from geo.statistics.shrinkage import shrink_proportions, shrink_rates

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docs" / "evidence" / "known_truths.md"
MIRROR = Path(os.environ.get("HIID_MIRROR") or ROOT.parent / "shared" / "data")
MAPS, CLUSTER, RISK = 200, 12, 2.0
MOST_FALSE, LEAST_POWER = 16, 0.8
# Strengths of the fields that smoothing is judged on: rho and precision, from nearly independent to nearly intrinsic.
FIELDS = [(rho, precision) for rho in (0.2, 0.6, 0.9) for precision in (6.0, 12.0, 25.0)]
SMOOTHED = f"Leroux smoothing, {len(FIELDS)} fields over the system's neighbourhoods"
# As many replicates as findings use.
METHOD = ScanMethod(most_areas=60, most_share=0.25, replicates=999)


def system() -> tuple[np.ndarray, np.ndarray, Weights]:
    """Expected three-year admissions, centroids (EPSG:27700, metres) and neighbours by boundary of the system's neighbourhoods."""
    strokes = pd.read_csv(MIRROR / "outcomes" / "stroke_admissions_2017_2019_lsoa11.csv").set_index("area")["admissions"]
    ages = pd.read_csv(MIRROR / "population" / "mid2020_population_single_year_lsoa11.csv.gz").set_index("lsoa11_name")
    singles = [name for name in ages.columns if name.strip("+").isdigit()]
    joined = ages[["lsoa11_code", *singles]].join(strokes, how="inner").dropna().set_index("lsoa11_code")
    bands = np.add.reduceat(joined[singles].to_numpy(dtype=float), (0, 45, 55, 65, 75, 85), axis=1)
    rates, _ = nnls(bands, 3 * joined["admissions"].to_numpy())
    expected = pd.Series(np.maximum(bands @ rates, 1e-6), index=joined.index)
    lookup = pd.read_csv(MIRROR / "lookups" / "lsoa11_sicbl22_icb22_ltla22.csv.gz")
    named = next(name for name in lookup.columns if lookup[name].astype(str).str.contains("North East and North Cumbria").any())
    keyed = next(name for name in lookup.columns if lookup[name].astype(str).str.match(r"E01\d{6}$").all())
    codes = set(lookup.loc[lookup[named].astype(str).str.contains("North East and North Cumbria"), keyed])
    shapes = gpd.read_file(f"/vsigzip/{MIRROR / 'geography' / 'lsoa11_england_supergeneralised.geojson.gz'}").to_crs(27700)
    code = next(name for name in shapes.columns if shapes[name].astype(str).str.match(r"E01\d{6}$").all())
    shapes = shapes[shapes[code].isin(codes & set(expected.index))]
    points = np.column_stack([shapes.centroid.x, shapes.centroid.y])
    return expected.loc[shapes[code]].to_numpy(), points, queen_weights(list(shapes.geometry))


def hot_spots(counts: np.ndarray, expected: np.ndarray, neighbours: Weights) -> np.ndarray:
    """Gi* as the findings of a release use it: on differences standardised for chance and for how much areas differ anyway."""
    usual = expected * counts.sum() / expected.sum()
    alike = shrink_rates(counts, expected=usual).concentration
    z = (counts - usual) / np.sqrt(usual * (1 + usual / alike))
    return np.asarray(getis_ord(z, with_self(neighbours)).p)


def deal(expected: np.ndarray, points: np.ndarray, neighbours: Weights, *, planted: bool) -> dict[str, int]:
    """How many of the maps each test reports; with clusters, how many of them it finds."""
    weights = with_self(nearest_weights(points, 6))
    found = {"scan": 0, "hot spots (Gi*)": 0, "neighbourhood": 0}
    for number in range(MAPS):
        random = np.random.default_rng([number, int(planted)])
        risk = np.ones(len(points))
        cluster = np.argsort(np.hypot(*(points - points[random.integers(len(points))]).T))[:CLUSTER]
        if planted:
            risk[cluster] = RISK
        counts = random.poisson(expected * risk)
        window = scan_poisson(counts, expected=expected, coordinates=points, method=METHOD)[0]
        wanted = set(cluster.tolist())
        found["scan"] += window.p <= 0.05 and (not planted or bool(wanted & set(window.members.tolist())))
        tests = {
            "hot spots (Gi*)": hot_spots(counts, expected, neighbours),
            "neighbourhood": neighbourhood_excess(counts, expected=expected, weights=weights).p,
        }
        for name, p in tests.items():
            hits = np.flatnonzero(benjamini_hochberg(p) <= 0.05)
            found[name] += bool(wanted & set(hits.tolist())) if planted else len(hits) > 0
    return found


def cover_smoothed(expected: np.ndarray, neighbours: Weights) -> float:
    """The share of simulated truths that smoothed 95 % intervals hold: fields of the prior's kind over the system, half of it poorer."""
    random = np.random.default_rng(8)
    degree = np.asarray(neighbours.sum(axis=1)).ravel()
    held = []
    for rho, precision in FIELDS:
        laplacian = sparse.diags_array(degree) - neighbours
        factor = factorise(sparse.csc_array(precision * (rho * laplacian + (1 - rho) * sparse.eye_array(len(degree)))))
        drawn = random.standard_normal(len(degree)) / np.sqrt(factor.pivots)
        effects = spsolve_triangular(sparse.csr_array(factor.lower.T), drawn, lower=False)[factor.place]
        poor = random.integers(0, 2, len(degree))
        risk = np.exp(effects + 0.3 * poor)
        found = smooth_rates(random.poisson(expected * risk), expected=expected, weights=neighbours, covariates=poor)
        held.append(np.mean((found.lower <= risk) & (risk <= found.upper)))
    return float(np.mean(held))


def cover() -> dict[str, float]:
    """The share of simulated truths that 95 % intervals hold, of each kind of interval, over areas of mixed size."""
    random = np.random.default_rng(7)
    people, chance = random.integers(60, 3_000, 20_000), random.beta(70, 30, 20_000)
    seen = random.binomial(people, chance)
    expected, risk = random.gamma(3, 6, 20_000), random.gamma(12, 1 / 12, 20_000)
    events = random.poisson(expected * risk)
    plain, crude = proportion(seen, denominator=people), rate(events, population=expected, per=1)
    shares, risks = shrink_proportions(seen, denominator=people, benchmark=0.7), shrink_rates(events, expected=expected)
    return {
        "Wilson, proportions": float(np.mean((plain.lower <= chance) & (chance <= plain.upper))),
        "exact and Byar, rates": float(np.mean((crude.lower <= risk) & (risk <= crude.upper))),
        "beta-binomial shrinkage": float(np.mean((shares.lower <= chance) & (chance <= shares.upper))),
        "Poisson-gamma shrinkage": float(np.mean((risks.lower <= risk) & (risk <= risks.upper))),
    }


def main() -> int:
    """Measure, write the table, and say whether every bar was reached."""
    expected, points, neighbours = system()
    silent, power = (deal(expected, points, neighbours, planted=planted) for planted in (False, True))
    covered = {**cover(), SMOOTHED: cover_smoothed(expected, neighbours)}
    lines = [
        "# Tests against maps whose truth is known",
        "",
        f"Made by `make evidence` (tools/evidence/known_truths.py): {MAPS} maps without a cluster and {MAPS} with {CLUSTER} contiguous",
        f"neighbourhoods at relative risk {RISK:g}, dealt over the {len(points):,} neighbourhoods (LSOA 2011) of North East and North",
        f"Cumbria with {expected.sum():,.0f} expected stroke admissions in three years (by age band, learnt from England; non-negative",
        "least squares). A map with a cluster counts as found where what is reported overlaps the cluster. Scan:",
        f"{METHOD.replicates} replicates, p <= 0.05; hot spots: Gi* as the findings of a release use it, neighbours by boundary;",
        "neighbourhood test: each area with its six nearest, exact binomial (not used by findings). Both two-sided, false discoveries held",
        "to 5 %.",
        "",
        "| test | maps without a cluster reported (at most 16 of 200) | clusters found (at least 160 of 200) |",
        "|---|---|---|",
        *(f"| {name} | {silent[name]} | {power[name]} |" for name in silent),
        "",
        "| 95 % interval, 20,000 simulated areas (fields: 1,864 each) | truths held (93 to 97 %) |",
        "|---|---|",
        *(f"| {name} | {share:.1%} |" for name, share in covered.items()),
        "",
    ]
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text("\n".join(lines), encoding="utf-8")
    is_right = max(silent.values()) <= MOST_FALSE and min(power.values()) >= LEAST_POWER * MAPS
    return 0 if is_right and all(abs(share - 0.95) <= 0.02 for share in covered.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
