"""The OpenAPI 3.1 description of the REST API, made from the declared parameters and serializers."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, TypeVar

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.serializers import BaseSerializer

from api.params import Parameter

View = TypeVar("View", bound=Callable[..., Any])

PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457), in the one shape that every error of the service has.",
    "required": ["type", "title", "status", "detail", "errors", "reference"],
    "properties": {
        "type": {"type": "string", "description": "Kind of problem, as an address that explains it, or about:blank."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong with this request, for people."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["parameter", "found", "valid"],
                "properties": {
                    "parameter": {"type": "string"},
                    "found": {"type": "string"},
                    "valid": {
                        "type": "array",
                        "items": {"type": "string"},
                        "description": "What would have been right, possibly a part of it.",
                    },
                },
            },
        },
        "reference": {"type": ["string", "null"], "description": "To quote to support when the fault is ours."},
    },
}

# Answers that any address may give besides its own.
PROBLEMS = {
    400: "The request cannot be understood",
    410: "The release was withdrawn",
    503: "Nothing is published, or the read took too long",
}
SOME_PROBLEMS = {
    403: "Only whoever made it may change it",
    404: "There is nothing here",
    413: "The body is too large",
    415: "The body is not JSON",
    422: "The figures cannot bear the question; the rule is named",
    429: "Too much is waiting already",
}


def described(
    parameters: tuple[Parameter, ...],
    answer: type[BaseSerializer[Any]],
    *,
    also: Iterable[int] = (),
    files: tuple[str, ...] = (),
    operation_id: str,
    tags: list[str],
) -> Callable[[View], View]:
    """Decorator of a view's `get`: tells the schema of its parameters, its answer, other media types (`files`) and problems (`also`)."""
    responses: dict[Any, Any] = {(200, "application/json"): answer}
    responses.update({(200, media): OpenApiResponse(response=_FILES[media], description="The whole list, streamed") for media in files})
    responses[304] = OpenApiResponse(description="The asker holds this very answer")
    responses.update(_problems(also))
    return extend_schema(
        parameters=[_told(parameter) for parameter in parameters], responses=responses, operation_id=operation_id, tags=tags
    )


def described_write(
    fields: dict[str, str],
    answer: type[BaseSerializer[Any]] | None,
    *,
    status: int = 200,
    also: Iterable[int] = (),
    operation_id: str,
    tags: list[str],
) -> Callable[[View], View]:
    """Decorator of a method that is sent JSON: fields of the body with their types (none: any object), answer, status, problems.

    A type with a question mark may be left out; `texts` is a list of texts, `array` one of objects.
    """
    kinds = {name: _kind(kind.removesuffix("?")) for name, kind in fields.items()}
    needed = [name for name, kind in fields.items() if not kind.endswith("?")]
    body = {"type": "object", "properties": kinds, "required": needed, "additionalProperties": not kinds}
    told: dict[Any, Any] = {(status, "application/json"): answer} if answer else {status: OpenApiResponse(description="Done")}
    return extend_schema(request={"application/json": body}, responses={**told, **_problems(also)}, operation_id=operation_id, tags=tags)


def _kind(kind: str) -> dict[str, Any]:
    items = {"texts": "string", "array": "object"}.get(kind)
    return {"type": "array", "items": {"type": items}} if items else {"type": kind}


def described_upload(
    fields: dict[str, str],
    answer: type[BaseSerializer[Any]],
    *,
    status: int = 200,
    needed: tuple[str, ...] = (),
    also: Iterable[int] = (),
    **named: Any,
) -> Callable[[View], View]:
    """Decorator of a method that is sent a file as multipart/form-data, with text fields (name -> description) beside it.

    needed: fields that may not be left out; named: operation_id and tags.
    """
    texts = {name: {"type": "string", "description": words} for name, words in fields.items()}
    body = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}, **texts}, "required": ["file", *needed]}
    responses = {(status, "application/json"): answer, **_problems(also)}
    return extend_schema(request={"multipart/form-data": body}, responses=responses, **named)


def described_file(
    parameters: tuple[Parameter, ...], media: tuple[str, ...], *, also: Iterable[int] = (), operation_id: str, tags: list[str]
) -> Callable[[View], View]:
    """Decorator of a view's `get` that answers a file of one of these media types."""
    responses: dict[Any, Any] = {(200, one): OpenApiResponse(response=_FILES[one], description="The file") for one in media}
    responses.update(_problems(also))
    return extend_schema(
        parameters=[_told(parameter) for parameter in parameters], responses=responses, operation_id=operation_id, tags=tags
    )


_FILES: dict[str, dict[str, Any]] = {
    "application/json": {"type": "object"},
    "application/pdf": {"type": "string", "format": "binary"},
    "text/csv": {"type": "string"},
    "text/calendar": {"type": "string"},
    "application/geo+json": {
        "type": "object",
        "required": ["type", "features"],
        "properties": {"type": {"const": "FeatureCollection"}, "features": {"type": "array", "items": {"type": "object"}}},
    },
}


def _problems(also: Iterable[int]) -> dict[Any, Any]:
    problems = {**PROBLEMS, **{status: SOME_PROBLEMS[status] for status in also}}
    return {(status, "application/problem+json"): _problem(title) for status, title in problems.items()}


def _problem(title: str) -> OpenApiResponse:
    return OpenApiResponse(response=PROBLEM, description=title)


def _told(parameter: Parameter) -> OpenApiParameter:
    return OpenApiParameter(
        parameter.name, dict(parameter.schema), OpenApiParameter.QUERY, description=parameter.description, required=parameter.is_required
    )


@cache
def openapi() -> dict[str, Any]:
    """The whole description as plain values; made once for each process."""
    return dict(SchemaGenerator().get_schema(request=None, public=True))


def without_slash_twins(endpoints: list[tuple[str, str, str, Any]], **_: object) -> list[tuple[str, str, str, Any]]:
    """Each address also answers with a slash behind it; only one of the two is described."""
    return [endpoint for endpoint in endpoints if _is_told(endpoint[0])]


def _is_told(address: str) -> bool:
    return address == "/api/v1/schema/" or not (address.endswith("/") or address == "/api/v1/schema")
