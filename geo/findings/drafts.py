"""What a detection is made of before it is stored."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from geo.errors import RefusedClaim
from geo.findings.slices import Slice
from geo.models import Detection, Finding, Release

# A list longer than this is no list of priorities; what lies beyond is on the map, and its number is told.
MOST_FINDINGS = 200


@dataclass
class Draft:
    """A detection and its findings, the first of them first, each with the keys of the areas it speaks of."""

    detection: Detection
    findings: list[tuple[Finding, list[int]]] = field(default_factory=list)

    def add(self, areas: list[int], **fields: Any) -> None:
        """One more finding, next in order; `key` is made of what names it."""
        named = (self.detection.indicator_id, self.detection.geography_id, self.detection.period_id, self.detection.stratum_id)
        asked = (self.detection.kind, self.detection.adjustment, *filter(None, [self.detection.dimension]), fields.get("group", ""))
        text = "|".join(map(str, (*named, *asked, *sorted(areas))))
        key = hashlib.sha256(text.encode()).hexdigest()[:16]
        self.findings.append((Finding(detection=self.detection, key=key, rank=len(self.findings) + 1, **fields), areas))


def begin(release: Release, part: Slice, kind: str, adjustment: str, **fields: Any) -> Draft:
    """A detection that has found nothing yet."""
    detection = Detection(
        release_id=release.pk,
        indicator_id=part.indicator_id,
        geography_id=part.geography_id,
        period_id=part.period_id,
        stratum_id=part.stratum_id,
        kind=kind,
        adjustment=adjustment,
        state=Detection.State.NOTHING_FOUND,
        **fields,
    )
    return Draft(detection)


def finish(draft: Draft, *, nothing: str) -> Draft:
    """Say whether anything was found; `nothing` explains it where not."""
    if draft.findings:
        draft.detection.state = Detection.State.FOUND
    else:
        draft.detection.explanation = nothing
    return draft


def refused(release: Release, part: Slice, kind: str, adjustment: str, refusal: RefusedClaim, *, dimension: str = "") -> Draft:
    """A detection that was not made, and why."""
    draft = begin(release, part, kind, adjustment, reason=refusal.reason, explanation=str(refusal), dimension=dimension)
    draft.detection.state = Detection.State.REFUSED
    return draft
