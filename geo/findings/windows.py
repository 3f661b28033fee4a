"""Scan windows: sets of neighbouring areas where the bad events, or the missing good ones, are least likely by chance."""

import numpy as np

from geo.disclosure.claims import Claim, refuse_dishonest
from geo.findings import words
from geo.findings.drafts import Draft, begin, finish
from geo.findings.judging import Question
from geo.findings.slices import Areas, Slice
from geo.models import Detection
from geo.statistics.scan import ScanMethod, Window, scan_bernoulli, scan_poisson

# A window beyond this p is no finding.
LEVEL = 0.05
# Fewer areas than this are no map to scan.
FEWEST_AREAS = 30
# The seed is part of the method: the same release gives the same windows.
_SEED = 20_171_219


def find_windows(question: Question) -> Draft:
    """Kulldorff's scan for the bad direction, 999 replicates, windows of up to a quarter of what is expected and 60 areas.

    Areas differ more than chance alone allows, so each counts for as many people or expected events as carry that information
    (`Judged.effective`): without this every window would be found. Raises RefusedClaim where the rules of honesty forbid it.
    """
    part, areas, expectation, judged = question.part, question.areas, question.expectation, question.judged
    refuse_dishonest(Claim.SCAN, part.facts(areas))
    located = areas.is_located
    method = ScanMethod(most_areas=60, most_share=0.25, direction="high" if part.is_high_bad else "low", replicates=999, seed=_SEED)
    draft = begin(
        question.release,
        part,
        Detection.Kind.SCAN_WINDOW,
        expectation.adjustment,
        tested=int(located.sum()),
        expected_by_chance=LEVEL,
        method=(
            f"Kulldorff's scan against {expectation.words}, on numbers reduced to what they are worth where areas differ anyway;"
            f" windows of up to {method.most_areas} nearest areas and"
            f" {method.most_share:.0%} of what is expected, {method.replicates} replicates."
        ),
        parameters={"confidence": 0.95, "multiplier": part.per, "replicates": method.replicates, "seed": method.seed, "level": LEVEL},
    )
    if int(located.sum()) < FEWEST_AREAS:
        return finish(draft, nothing=f"Fewer than {FEWEST_AREAS} areas are no map to scan.")
    chosen = areas.only(located)
    usual, effective = expectation.numerator[located], judged.effective[located]
    worth = effective / (chosen.denominator if part.unit == "proportion" else usual)
    events = np.rint(chosen.numerator * worth)
    if part.unit == "proportion":
        # What an area is expected to differ from the whole by is taken off, so that one chance holds for all.
        middle = usual.sum() / chosen.denominator.sum()
        numbers = np.rint(effective)
        events = np.clip(np.rint(effective * (chosen.numerator - usual) / chosen.denominator + numbers * middle), 0, numbers)
        windows = scan_bernoulli(events, people=numbers, coordinates=chosen.coordinates, method=method)
    else:
        windows = scan_poisson(events, expected=effective, coordinates=chosen.coordinates, method=method)
    for window in windows:
        if window.p > LEVEL:
            break
        _add(draft, part, chosen, expectation.numerator[located], window)
    return finish(draft, nothing="No window of neighbouring areas stands out beyond what chance explains.")


def _add(draft: Draft, part: Slice, areas: Areas, usual: np.ndarray, window: Window) -> None:
    members = window.members
    observed, expected, people = (float(column[members].sum()) for column in (areas.numerator, usual, areas.denominator))
    centre = int(members[0])
    is_high = bool(part.is_high_bad)
    value, wanted = observed / people * part.per, expected / people * part.per
    noun = f"{areas.names[centre]} and the {len(members) - 1} areas nearest to it" if len(members) > 1 else areas.names[centre]
    draft.add(
        [int(areas.ids[at]) for at in members],
        area_id=int(areas.ids[centre]),
        direction="high" if is_high else "low",
        is_worse=True,
        people=abs(observed - expected),
        value=value,
        expected=wanted,
        effect=observed / expected if expected else None,
        p=window.p,
        q=window.p,
        sentence=(
            f"Around {noun}: {words.figure(value, unit=part.unit)} against {words.figure(wanted, unit=part.unit)} expected;"
            f" {words.about(abs(observed - expected))} {'more' if is_high else 'fewer'}"
            f" {words.counted(part.definition)} than expected."
        ),
        why=[
            {"label": "Window", "words": f"{len(members)} areas: {observed:,.0f} of {people:,.0f} counted, {part.period_label}."},
            {"label": "Expected", "words": f"{expected:,.1f}."},
            {"label": "Chance", "words": f"As striking a window appears in {window.p:.1%} of maps without any."},
        ],
    )
