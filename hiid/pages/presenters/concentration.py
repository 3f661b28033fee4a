"""How what is counted is concentrated, in ready words: on the most deprived, and apart from that in a few areas."""

from geo.maps.charts_inequality import StepPoint, concentration_chart
from geo.queries.concentrations import Concentration, Measure, Step
from geo.queries.gradients import InequalityInfo
from hiid.pages.presenters import words
from hiid.pages.presenters.figures import Chart, Table, refused
from hiid.pages.presenters.inequality import Asked, kinds_of

HEADING = "Concentration"
# An index and a coefficient are told to three digits after the point.
DECIMALS = 3


def concentration(asked: Asked, found: InequalityInfo, seen: Concentration) -> Chart:
    """The curve by deprivation with its index, and in notes how unequal areas are whatever their deprivation; words where refused."""
    if seen.index is None:
        return refused("concentration", HEADING, seen.explanation)
    those = "those who miss it" if seen.counted == "rest" else "those counted"
    title = f"{asked.short}: {those} by deprivation, {asked.area_name}, {asked.period_label}"
    first = seen.curve[min(1, len(seen.curve) - 1)]
    summary = f"The most deprived {_percent(first.people)} of the people have {_percent(first.events)} of {those}."
    unit = f"per cent of {those}"
    spec = concentration_chart(
        [_point(step, those) for step in seen.curve],
        asked.frame(title, summary, unit=unit, basis=found.basis),
        across="per cent of the people, the most deprived first",
    )
    rows = tuple((f"1 to {step.decile}", _percent(step.people), _percent(step.events), _chance(step)) for step in seen.curve)
    table = Table(title, ("Deciles, 1 = most deprived", "Of the people", f"Of {those}", "By chance alone"), rows)
    return Chart("concentration", HEADING, title, summary, spec, table=table, notes=_notes(found, seen, those))


def _notes(found: InequalityInfo, seen: Concentration, those: str) -> tuple[str, ...]:
    index = seen.index
    if index is None:
        return ()
    leaning = "the more deprived have more than their share" if index.value < 0 else "the less deprived have more than their share"
    if index.by_chance_lower <= index.value <= index.by_chance_upper:
        leaning = "no more than chance alone gives"
    crossed = ""
    if any(step.events < step.by_chance_lower for step in seen.curve) and any(step.events > step.by_chance_upper for step in seen.curve):
        crossed = " The curve crosses that line, so read the curve before the index."
    by_deprivation = (
        f"By deprivation: concentration index {_number(index)}: {leaning}. The dashed line is an equal share for all;"
        f" the grey band about it is what chance alone gives (it is thin where people are many).{crossed}"
    )
    if seen.gini is None or seen.top_share is None:
        return (
            by_deprivation,
            "Among areas: there are too few, or none are known, to say how unequal they are whatever their deprivation.",
        )
    among_areas = (
        f"Among {seen.areas:,} {kinds_of(found)}, whatever their deprivation: the tenth of the people where it is most frequent has"
        f" {_percent(seen.top_share.value)} of {those} (chance alone: {_percent(seen.top_share.by_chance)}); Gini coefficient"
        f" {_number(seen.gini)}. This is another question: areas may differ much without the deprived ones having more."
    )
    return by_deprivation, among_areas


def _point(step: Step, those: str) -> StepPoint:
    told = f"The most deprived {_percent(step.people)} of the people: {_percent(step.events)} of {those} (chance alone: {_chance(step)})"
    return StepPoint(
        f"1 to {step.decile}",
        step.events * 100,
        step.by_chance_lower * 100,
        step.by_chance_upper * 100,
        told,
        people=step.people * 100,
    )


def _chance(step: Step) -> str:
    lower, upper = (f"{share * 100:.1f}" for share in (step.by_chance_lower, step.by_chance_upper))
    return f"{lower} to {upper} %" if lower != upper else f"{upper} %"


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def _number(measure: Measure) -> str:
    value, lower, upper = (
        words.minus(f"{number:.{DECIMALS}f}") for number in (measure.value, measure.by_chance_lower, measure.by_chance_upper)
    )
    return f"{value} (chance alone: {lower} to {upper})"
