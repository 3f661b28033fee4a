"""Our own definition files, read by the fast loader where the library has one."""

from pathlib import Path
from typing import Any

import yaml

# The loader in C reads the register of sources seven times faster; it is absent where PyYAML was built without libyaml.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """What the file holds: mappings, lists, texts, numbers. None for an empty file. Raises yaml.YAMLError for one that is not YAML."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
