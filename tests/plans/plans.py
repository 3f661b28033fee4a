"""What PostgreSQL would do: the plan of a statement as a flat list of its nodes."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection

from geo.sqlfiles import statement


def nodes(name: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every node of the plan of geo/sql/<name>.sql with these values."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + statement(name), values)
        found = cursor.fetchone()[0]
    plan = json.loads(found) if isinstance(found, str) else found
    return list(_walk(plan[0]["Plan"]))


def indexes(plan: list[dict[str, Any]]) -> set[str]:
    """Names of the indexes that the plan uses."""
    return {node["Index Name"] for node in plan if "Index Name" in node}


def sequential(plan: list[dict[str, Any]]) -> set[str]:
    """Names of the tables that the plan reads from end to end."""
    return {node["Relation Name"] for node in plan if node["Node Type"] == "Seq Scan"}


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", []):
        yield from _walk(child)
