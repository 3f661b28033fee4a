"""Typed readers of environment variables. A missing one names itself and the line of .env.example to copy."""

import os
import sysconfig
from ctypes.util import find_library
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent


class MissingVariable(RuntimeError):
    """An environment variable without which nothing works is not set."""


def text(name: str, default: str | None = None) -> str:
    """The variable's value, or the default. Raises MissingVariable when there is neither."""
    value = os.environ.get(name) or default
    if value is None:
        example = next((line for line in (ROOT / ".env.example").read_text().splitlines() if line.startswith(f"{name}=")), "")
        raise MissingVariable(f"{name} is not set. Copy this line from .env.example: {example or name + '='}")
    return value


def flag(name: str, *, default: bool = False) -> bool:
    """True for 1, true, yes, on; False for 0, false, no, off. Raises ValueError for another word."""
    word = os.environ.get(name, "").strip().lower()
    if word in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
        return default if not word else word in ("1", "true", "yes", "on")
    raise ValueError(f"{name}={word!r}: write 1 or 0.")


def data_folder() -> Path:
    """HIID_DATA: where local state lies (default .hiid/ in the checkout)."""
    return Path(text("HIID_DATA", str(ROOT / ".hiid"))).expanduser().resolve()


def mirror_folder() -> Path | None:
    """HIID_MIRROR: a folder with the published files (default ../shared/data when it exists), or None."""
    folder = Path(text("HIID_MIRROR", str(ROOT.parent / "shared" / "data"))).expanduser()
    return folder.resolve() if folder.is_dir() else None


def secret(name: str) -> str:
    """The variable itself, or the first line of the file of that name in HIID_DATA/secrets."""
    path = data_folder() / "secrets" / name.lower()
    return os.environ.get(name) or (path.read_text().strip() if path.is_file() else text(name))


def database() -> dict[str, object]:
    """Django's settings for DATABASE_URL (postgresql://user:password@host:port/name), pooled."""
    url = urlsplit(secret("DATABASE_URL"))
    if url.scheme not in ("postgres", "postgresql", "postgis"):
        raise ValueError(f"DATABASE_URL begins with {url.scheme!r}; it must begin with postgresql://")
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "127.0.0.1",
        "PORT": str(url.port or 5432),
        "OPTIONS": {"pool": {"min_size": 0, "max_size": 12, "timeout": 10}},
    }


def spatial_libraries() -> tuple[str | None, str | None]:
    """Files of GDAL and GEOS where the system has none: those inside the wheels of pyogrio and shapely. None: Django finds the system's.

    They come with PostGIS; a machine whose database lies elsewhere (DATABASE_URL) may lack them.
    """
    packages = Path(sysconfig.get_paths()["platlib"])
    carried = {"gdal": "pyogrio.libs/libgdal*", "geos_c": "shapely.libs/libgeos_c*"}
    found = {name: None if find_library(name) else next(map(str, packages.glob(pattern)), None) for name, pattern in carried.items()}
    return found["gdal"], found["geos_c"]
