"""Small places to plan for: made by a seed, and the one of which the optima are proven."""

import csv
import json
from pathlib import Path

import numpy as np

from geo.planning.problems import Problem

FOLDER = Path(__file__).parents[3] / "fixtures" / "worked_examples"


def golden():
    """Minutes (120, 45), weights by kind, and the optima that another solver proved."""
    with (FOLDER / "siting_minutes.csv").open() as file:
        rows = list(csv.DictReader(file))
    sites = [name for name in rows[0] if name.startswith("s")]
    minutes = np.array([[float(row[name]) for name in sites] for row in rows])
    demand, equity = (np.array([float(row[name]) for row in rows]) for name in ("demand", "equity"))
    return minutes, {"population": demand, "equity": demand * equity}, json.loads((FOLDER / "siting_optima.json").read_text())


def a_problem(seed, *, areas, candidates, sites):
    """Areas and candidates in a square of 40 minutes, people between 100 and 900."""
    random = np.random.default_rng(seed)
    places, stops = random.random((areas, 2)) * 40, random.random((candidates, 2)) * 40
    minutes = np.hypot(*(places[:, None] - stops[None]).transpose(2, 0, 1))
    return Problem(minutes, random.integers(100, 900, areas).astype(float), sites)
