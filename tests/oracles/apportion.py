"""Practice counts to neighbourhoods, one patient row after the other, with dictionaries."""


def apportion(registrations, figures, neighbourhoods):
    """registrations: (practice, neighbourhood, patients) rows; figures: practice -> (numerator, denominator), None = not published.

    Gives neighbourhood -> (numerator, denominator, reached) for those of `neighbourhoods` that any reporting practice reaches.
    """
    base = {}
    for practice, _, patients in registrations:
        base[practice] = base.get(practice, 0) + patients
    result = {}
    for practice, neighbourhood, patients in registrations:
        numerator, denominator = figures.get(practice, (None, None))
        if numerator is None or denominator is None or neighbourhood not in neighbourhoods:
            continue
        share = patients / base[practice]
        before = result.get(neighbourhood, (0.0, 0.0, 0.0))
        result[neighbourhood] = (before[0] + numerator * share, before[1] + denominator * share, before[2] + patients)
    return result
