"""From the OpenAPI description to what the docs page shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True)
class ParameterWords:
    """One parameter for people."""

    name: str
    description: str
    kind: str
    is_required: bool


@dataclass(frozen=True)
class OperationWords:
    """One address for people; example is a link that works on any release, or empty."""

    identity: str
    path: str
    summary: str
    parameters: tuple[ParameterWords, ...]
    answers: tuple[tuple[str, str], ...]
    example: str


EXAMPLES = {
    "listAreas": {"type": "lad", "q": "haringey"},
    "listIndicators": {},
    "listReleases": {},
    "listSources": {},
    "search": {"q": "haringey"},
    "listSites": {"limit": "10"},
    "getSchema": {},
}


def operations(schema: dict[str, Any]) -> list[OperationWords]:
    """Every address with its parameters and answers, in the order of the schema."""
    return [
        OperationWords(
            identity=operation["operationId"],
            path=path,
            summary=operation.get("description", ""),
            parameters=tuple(_parameter(parameter) for parameter in operation.get("parameters", [])),
            answers=tuple(_answers(operation["responses"])),
            example=_example(path, operation["operationId"]),
        )
        for path, methods in schema["paths"].items()
        for operation in methods.values()
    ]


def _parameter(parameter: dict[str, Any]) -> ParameterWords:
    schema = parameter["schema"]
    kind = " | ".join(map(str, schema["enum"])) if "enum" in schema else str(schema.get("type", ""))
    if "minimum" in schema:
        kind = f"{schema['minimum']} to {schema['maximum']}"
    if "default" in schema:
        kind += f", usually {schema['default']}"
    return ParameterWords(parameter["name"], parameter.get("description", ""), kind, bool(parameter.get("required")))


def _answers(responses: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for status, response in responses.items():
        media = ", ".join(response.get("content", {}))
        yield status, " – ".join(part for part in (response.get("description", ""), media) if part)


def _example(path: str, identity: str) -> str:
    if identity not in EXAMPLES:
        return ""
    query = urlencode(EXAMPLES[identity])
    return f"{path}?{query}" if query else path
