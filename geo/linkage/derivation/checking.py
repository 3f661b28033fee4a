"""Faults of definition files, told alike: file, key, what was found and what was expected."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from yaml import YAMLError

from geo.errors import DefinitionError
from geo.yamlfiles import read_yaml


def read_definition(path: Path) -> Any:
    """What a definition file holds. Raises DefinitionError, naming the file, where it is no YAML."""
    try:
        return read_yaml(path)
    except YAMLError as error:
        raise DefinitionError(f"{path.parent.name}/{path.name}: {error}") from error


def wrong(path: Path, key: str, found: object, expected: str) -> DefinitionError:
    """The fault of one key."""
    return DefinitionError(f"{path.parent.name}/{path.name}: {key}: found {found!r}, expected {expected}")


def require(path: Path, found: Any, keys: Collection[str], optional: Collection[str] = (), key: str = "") -> None:
    """Raises DefinitionError where a mapping lacks one of the keys or has another one than these and the optional ones."""
    if not isinstance(found, Mapping):
        raise wrong(path, key or "the file", found, "keys and values")
    for missing in sorted(set(keys) - set(found)):
        raise wrong(path, f"{key}.{missing}".lstrip("."), "nothing", "a value")
    refuse_unknown(path, key, found, (*keys, *optional))


def refuse_unknown(path: Path, key: str, found: Any, valid: Iterable[str]) -> None:
    """Raises DefinitionError where a mapping has a key that is not one of the valid ones."""
    if not isinstance(found, Mapping):
        raise wrong(path, key, found, "keys and values")
    listed = tuple(valid)
    for name in found:
        if name not in listed:
            raise wrong(path, f"{key}.{name}".lstrip("."), name, "one of " + ", ".join(sorted(listed)))
