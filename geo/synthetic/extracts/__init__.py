"""The extracts of a world, each a module: its columns, and how rows are made from a slice of people, in order of person."""

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from geo.synthetic.extracts import admissions, community, costs, emergency, events, immunisation, opt_outs, register, screening
from geo.synthetic.slices import Rows, Slice


@dataclass(frozen=True)
class Extract:
    """name: of the file. row_id: the column that tells rows apart; '' where rows are told apart by their number from 0 in the file."""

    name: str
    schema: pa.Schema
    make: Callable[[Slice], Rows]
    row_id: str


EXTRACTS = (
    Extract("gp_register", register.SCHEMA, register.make, "NHS_NUMBER"),
    Extract("gp_events", events.SCHEMA, events.make, ""),
    Extract("apc", admissions.SCHEMA, admissions.make, admissions.ROW_ID),
    Extract("ecds", emergency.SCHEMA, emergency.make, emergency.ROW_ID),
    Extract("csds", community.SCHEMA, community.make, community.ROW_ID),
    Extract("screening", screening.SCHEMA, screening.make, screening.ROW_ID),
    Extract("immunisation", immunisation.SCHEMA, immunisation.make, immunisation.ROW_ID),
    Extract("costs", costs.SCHEMA, costs.make, costs.ROW_ID),
    Extract("opt_outs", opt_outs.SCHEMA, opt_outs.make, opt_outs.ROW_ID),
)
