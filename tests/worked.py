"""Readers of worked examples: those among the fixtures, and those of other publishers that stand beside the mirror, read in place."""

import csv
from pathlib import Path

import numpy as np
import pytest

EXAMPLES = Path(__file__).parents[1] / "fixtures" / "worked_examples"


def read(path):
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def example(name):
    """The rows of a worked example among the fixtures."""
    return read(EXAMPLES / f"{name}.csv")


def upstream(mirror, name):
    """The rows of a table of the reference implementation's own tests; skips where it does not stand beside the mirror."""
    path = mirror.parent / "golden" / "pheim_upstream" / f"{name}.csv"
    if not path.is_file():
        pytest.skip(f"{name}.csv does not stand beside the mirror")
    return read(path)


def number(text):
    return np.nan if text in ("", "NA") else float(text)


def column(rows, key):
    return np.array([number(row[key]) for row in rows])


def assert_estimate(estimate, rows, keys, *, rtol=1e-9):
    """Value and limits equal three columns, missing where they are."""
    for found, key in zip((estimate.value, estimate.lower, estimate.upper), keys, strict=True):
        np.testing.assert_allclose(found, column(rows, key), rtol=rtol, atol=1e-12, err_msg=key)
