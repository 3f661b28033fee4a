"""All findings of one release: every question that may be asked is asked, every one that may not is refused by name."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from django.db import connection, transaction

from geo.cores import beside, on_copies
from geo.disclosure.claims import Claim, refuse_dishonest
from geo.errors import HiidError, RefusedClaim, StatisticsError
from geo.findings.cells import Cells, age_sex_strata, read_cells, siblings
from geo.findings.detected import instead, tell_detected, with_labels
from geo.findings.drafts import Draft, refused
from geo.findings.estimates import estimate_areas
from geo.findings.expected import Adjustment, expect, usual_adjustment
from geo.findings.fields import FEWEST_AREAS, refuse_no_field
from geo.findings.grain import choose_grains
from geo.findings.groups import People, contrast_people
from geo.findings.hot_spots import find_hot_spots
from geo.findings.judging import Judged, Question, judge
from geo.findings.priority import find_priorities
from geo.findings.protection import protect
from geo.findings.residents import Standard, standard_of
from geo.findings.slices import Areas, Slice, list_slices, read_areas, with_direction
from geo.findings.standing_out import Inequalities, fit_inequalities, tell_inequalities
from geo.findings.windows import find_windows
from geo.models import Detection, Estimate, Finding, FindingArea, Grain, Release
from geo.releases.copies import may_be_copied
from geo.releases.copying import copy_objects, copy_rows
from geo.strata import is_asked

# Columns of estimates of a slice.
Estimated = tuple[Slice, dict[str, object]]
Answer = tuple[list[Draft], list[Estimated], list[Inequalities]]
Progress = Callable[[str, int, int], None]

# The sets of areas on which questions are asked, each a level at which somebody acts. Refusals are told for neighbourhoods too.
ASKED = ("practice24", "pcn24", "sicbl23", "utla23", "lad21", "lad24", "msoa11", "msoa21", "lsoa11", "lsoa21")
# A scan of more areas than this is left to the coarser set, whose windows say the same in a tenth of the time.
MOST_SCANNED = 7_000
# Slices that are worth a copy of this process a core.
MANY = 40

_CLAIMS = {
    Detection.Kind.PRIORITY: Claim.PRIORITY,
    Detection.Kind.HOT_SPOT: Claim.HOT_SPOT,
    Detection.Kind.SCAN_WINDOW: Claim.SCAN,
    Detection.Kind.INEQUALITY: Claim.INEQUALITY,
}


@dataclass(frozen=True)
class FindingsReport:
    """How many questions were asked, how many found something, how many were refused, and how many findings and estimates there are."""

    detections: int
    found: int
    refused: int
    findings: int
    estimates: int


def build_findings(release: Release, *, progress: Progress | None = None) -> FindingsReport:
    """Make the findings, estimates and grains of a release that is not public yet; those it had are replaced, all or nothing.

    The same release gives the same findings. Raises HiidError for a release that is published or withdrawn.
    """
    if release.state in (Release.State.PUBLISHED, Release.State.WITHDRAWN):
        raise HiidError(f"The release {release.slug} is {release.state} and cannot be changed.")
    slices = list_slices(release)
    counted = list(with_direction(slices))
    asked = [part for part in counted if part.geography.slug in ASKED and is_asked(part.stratum, part.dimension)]
    drafts: list[Draft] = []
    fitted: list[Inequalities] = []
    columns = []
    are_copied = len(asked) >= MANY and may_be_copied()
    with _choosing(release, slices, are_copied=are_copied) as chosen:
        for done, (found, estimated, models) in enumerate(_answers(release, asked, counted, are_copied=are_copied)):
            if progress:
                progress("findings", done, len(asked))
            drafts += found
            fitted += models
            columns += estimated
        grains = chosen()
    drafts += tell_inequalities(fitted)
    told = tell_detected(release)
    drafts, columns = instead(drafts, told), with_labels(columns, asked, told)
    with transaction.atomic():
        _forget(release)
        findings = _store(drafts)
        estimates = _store_estimates(release, columns)
        with connection.cursor() as cursor:
            copy_objects(cursor, grains)
    if progress:
        progress("findings", len(asked), len(asked))
    states = [draft.detection.state for draft in drafts]
    return FindingsReport(len(drafts), states.count(Detection.State.FOUND), states.count(Detection.State.REFUSED), findings, estimates)


def has_findings(release: Release) -> bool:
    """Whether the findings of a release were made."""
    return Detection.objects.filter(release=release).exists() or Grain.objects.filter(release=release).exists()


def _answers(release: Release, asked: list[Slice], slices: list[Slice], *, are_copied: bool) -> Iterator[Answer]:
    """Every question to every slice, in order; on every core where they are many and everybody sees the figures already."""

    def ask(part: Slice) -> Answer:
        return _ask(release, part, slices)

    return on_copies(ask, asked) if are_copied else map(ask, asked)


@contextmanager
def _choosing(release: Release, slices: list[Slice], *, are_copied: bool) -> Iterator[Callable[[], list[Grain]]]:
    """The grains when they are asked for; a copy of this process chooses them meanwhile."""
    if not are_copied:
        yield lambda: choose_grains(release, slices)
        return

    def choose(_: None) -> list[Grain]:
        return choose_grains(release, slices)

    with beside(choose) as copy:
        copy.ask(None)
        yield copy.result


def _ask(release: Release, part: Slice, slices: list[Slice]) -> Answer:
    """Every question to one slice: drafts, estimates, and models that wait for the control over the whole release."""
    areas = read_areas(release, part)
    drafts, fitted = _ask_people(release, part, areas, slices)
    whole = _refusals(release, part, areas)
    drafts += whole
    kinds = set(_CLAIMS) - {draft.detection.kind for draft in whole}
    if Detection.Kind.PRIORITY not in kinds or len(areas) < FEWEST_AREAS:
        return drafts, [], fitted
    estimated, bands = [], _bands(release, part, areas, slices)
    judged: Judged | None = None
    for adjustment in Adjustment.values:
        try:
            areas = protect(part, areas)
            expectation = expect(part, areas, adjustment, bands)
            judged = judge(part, areas, expectation, judged)
        except (RefusedClaim, StatisticsError) as error:
            refusal = error if isinstance(error, RefusedClaim) else RefusedClaim("no_model", str(error))
            drafts += [refused(release, part, kind, adjustment, refusal) for kind in _CLAIMS if kind in kinds]
            continue
        question = Question(release, part, areas, expectation, judged)
        found, columns = _answer(question, kinds)
        estimated += [(part, columns)] if columns else []
        fitted.append(fit_inequalities(question))
        _say_taken(question, [*found, fitted[-1].draft])
        drafts += found
    return drafts, estimated, fitted


def _say_taken(question: Question, drafts: list[Draft]) -> None:
    """Where sexes were taken account of as well as ages, the detections say so: by itself `age_sex` promises ages alone."""
    if "sex" in question.expectation.taken:
        for draft in drafts:
            draft.detection.parameters["taken_account_of"] = list(question.expectation.taken)


def _answer(question: Question, kinds: set[Detection.Kind]) -> tuple[list[Draft], dict[str, object]]:
    """Priority areas, hot spots and, under the usual adjustment, windows and estimates. kinds: what may be asked of the slice."""
    part, areas = question.part, question.areas
    drafts = [find_priorities(question)]
    spotted, spots = find_hot_spots(question) if Detection.Kind.HOT_SPOT in kinds else (None, None)
    drafts += [spotted] if spotted else []
    if question.expectation.adjustment != usual_adjustment(part):
        return drafts, {}
    is_scanned = Detection.Kind.SCAN_WINDOW in kinds
    window = find_windows(question) if is_scanned and len(areas) <= MOST_SCANNED else None
    inside = {area for _, members in window.findings for area in members} if window else None
    drafts += [window] if window else []
    return drafts, estimate_areas(question, spots, inside)


def _ask_people(release: Release, part: Slice, areas: Areas, slices: list[Slice]) -> tuple[list[Draft], list[Inequalities]]:
    """Contrasts between groups of persons, where the slice is of everybody and its indicator is broken down by strata."""
    strata = [] if part.dimension else siblings(part, slices)
    # Too few areas of protected counts are refused by name.
    is_field = len(areas) >= FEWEST_AREAS or part.facts(areas).is_modelled or part.policy.is_protected
    return contrast_people(People(release, part, areas, strata)) if strata and is_field else ([], [])


def _bands(release: Release, part: Slice, areas: Areas, slices: list[Slice]) -> Cells | Standard | None:
    """The slice's own people by age and sex, where the release has them, else what residents' ages are put to."""
    strata = age_sex_strata(part, slices)
    return read_cells(release, part, areas, strata) if strata else standard_of(release, part, slices)


def _refusals(release: Release, part: Slice, areas: Areas) -> list[Draft]:
    """What the rules of honesty, and what protection has left, refuse of this slice as a whole.

    That parts of the people live in too few areas is not told for each part.
    """
    found = []
    is_judged = part.policy.is_protected and (not part.dimension or len(areas) >= FEWEST_AREAS)
    for kind, claim in _CLAIMS.items():
        try:
            refuse_dishonest(claim, part.facts(areas, index_domain="imd"))
            if is_judged:
                refuse_no_field(release, part, areas)
        except RefusedClaim as refusal:
            found.append(refused(release, part, kind, usual_adjustment(part), refusal))
    return found


def _forget(release: Release) -> None:
    """Remove the rows of a release, members of findings first."""
    FindingArea.objects.filter(finding__detection__release=release).delete()
    Finding.objects.filter(detection__release=release).delete()
    Detection.objects.filter(release=release).delete()
    Estimate.objects.filter(release=release).delete()
    Grain.objects.filter(release=release).delete()


def _store(drafts: list[Draft]) -> int:
    pairs = [(finding, members) for draft in drafts for finding, members in draft.findings]
    with connection.cursor() as cursor:
        copy_objects(cursor, [draft.detection for draft in drafts])
        for draft in drafts:
            for finding, _ in draft.findings:
                finding.detection_id = draft.detection.pk
        copy_objects(cursor, [finding for finding, _ in pairs])
        copy_objects(cursor, [FindingArea(finding_id=finding.pk, area_id=area) for finding, areas in pairs for area in areas])
    return len(pairs)


def _store_estimates(release: Release, columns: list[Estimated]) -> int:
    if not columns:
        return 0
    parts = [_whole(release, part, estimates) for part, estimates in columns]
    with connection.cursor() as cursor:
        return copy_rows(cursor, "geo_estimate", {name: np.ma.concatenate([part[name] for part in parts]) for name in parts[0]})


def _whole(release: Release, part: Slice, estimates: dict[str, object]) -> dict[str, object]:
    """The columns with the slice's keys; NaN becomes null."""
    areas = np.asarray(estimates["area_id"])
    keys = {
        "release_id": release.pk,
        "indicator_id": part.indicator_id,
        "geography_id": part.geography_id,
        "period_id": part.period_id,
        "stratum_id": part.stratum_id,
    }
    whole: dict[str, object] = {name: np.full(len(areas), key, dtype=np.int64) for name, key in keys.items()}
    for name, column in estimates.items():
        values = np.asarray(column)
        whole[name] = np.ma.masked_invalid(values) if values.dtype.kind == "f" else values
    return whole
