"""Neighbourhood statistics over as many areas as England has neighbourhoods, against esda's permutations;
the scan; and smoothing.

Made-up counts on made-up points, so that nothing need be at hand. Prints a Markdown table. Medians of rounds that take turns, processor
time of all threads; esda's compiler runs before the first round. Targets: Gi* over 32,844 areas < 0.3 s, the scan over them < 60 s.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np
from scipy import sparse

from geo.geography.adjacency import nearest_weights, with_self
from geo.statistics.leroux import smooth_rates
from geo.statistics.local import getis_ord, neighbourhood_excess, permuted_sum
from geo.statistics.scan import ScanMethod, scan_poisson

AREAS, NEIGHBOURS, ROUNDS = 32_844, 8, 3
# As many as England has middle-layer areas, which strokes are smoothed over.
MIDDLE_AREAS = 6_790


def main() -> None:
    """Measure and print."""
    import esda
    import libpysal

    random = np.random.default_rng(1)
    points, expected = random.random((AREAS, 2)) * 500_000, random.gamma(9, 0.75, AREAS)
    counts = random.poisson(expected)
    weights = with_self(nearest_weights(points, NEIGHBOURS))
    graph = libpysal.graph.Graph.from_sparse(weights).to_W()

    def permuted() -> object:
        return esda.G_Local(counts.astype(float), graph, transform="B", star=None, permutations=999, n_jobs=1, seed=1)

    permuted()
    kinds: dict[str, Callable[[], object]] = {
        "esda, 999 permutations": permuted,
        "Gi*, type III": lambda: getis_ord(counts, weights),
        "Gi* of counts dealt anew, exact": lambda: permuted_sum(counts, weights),
        "observed against expected, exact": lambda: neighbourhood_excess(counts, expected=expected, weights=weights),
    }
    seconds = {name: [] for name in kinds}
    for _ in range(ROUNDS):
        for name, work in kinds.items():
            seconds[name].append(_timed(work))
    median = {name: statistics.median(found) for name, found in seconds.items()}
    print(f"| {AREAS:,} areas, {NEIGHBOURS} neighbours | seconds | esda / this | target |\n|---|---|---|---|")
    for name, found in median.items():
        print(f"| {name} | {found:.3f} | {median['esda, 999 permutations'] / found:.0f} | {'' if 'esda' in name else '< 0.3'} |")
    method = ScanMethod(most_areas=100)
    scan = _timed(lambda: scan_poisson(counts, expected=expected, coordinates=points, method=method))
    print(f"| scan, windows of up to {method.most_areas} areas, {method.replicates} replicates, one run | {scan:.1f} | | < 60 |")
    few = MIDDLE_AREAS
    near = nearest_weights(points[:few], 6)
    both = sparse.csr_array(((near + near.T) > 0).astype(float))
    smoothing = _timed(lambda: smooth_rates(counts[:few], expected=expected[:few], weights=both))
    print(f"| Leroux smoothing of {few:,} areas, one run | {smoothing:.1f} | | in the background |")


def _timed(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


if __name__ == "__main__":
    main()
