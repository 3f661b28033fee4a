"""Slow and plain second versions of disclosure control: every table of counts is written down and looked at."""

import itertools


def published_form(count):
    """The rule of Hospital Episode Statistics in words: what a reader sees of one count."""
    if count == 0:
        return 0
    if count <= 7:
        return "*"
    return 5 * ((count + 2) // 5)


def consistent_tables(atoms, sums, published, *, greatest):
    """Every assignment of counts 0..greatest to atoms that would be published so.

    atoms: names. sums: {name of a whole: names of its atoms}. published: {name: what is published}; names that are missing are not.
    """
    names = {**{name: (name,) for name in atoms}, **sums}
    for counts in itertools.product(range(greatest + 1), repeat=len(atoms)):
        each = dict(zip(atoms, counts, strict=True))
        values = {name: sum(each[part] for part in parts) for name, parts in names.items()}
        if all(published_form(values[name]) == seen for name, seen in published.items()):
            yield values


def intervals(atoms, sums, published, *, greatest):
    """{name: (least, greatest, how many different values)} over every table that is consistent."""
    seen = {}
    for values in consistent_tables(atoms, sums, published, greatest=greatest):
        for name, value in values.items():
            seen.setdefault(name, set()).add(value)
    return {name: (min(values), max(values), len(values)) for name, values in seen.items()}
