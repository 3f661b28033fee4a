"""A worker of the test's own database, as a process."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
_SETTINGS = "from hiid.settings import *; DATABASES['default']['NAME'] = {name!r}; PLAN_MAKER = {maker!r}"


def database_address() -> str:
    """The database of the tests, wherever its address was read from."""
    told = connection.settings_dict
    return f"postgresql://{told['USER']}:{quote(told['PASSWORD'], safe='')}@{told['HOST']}:{told['PORT']}/{told['NAME']}"


def begin_a_worker(folder: Path, *arguments: str, maker: str = "geo.operations.siting", **environment: str) -> subprocess.Popen[bytes]:
    """Begin `manage.py work` on the test's database; whoever begins it ends it. maker: the module that makes plans."""
    (folder / "worker_settings.py").write_text(_SETTINGS.format(name=connection.settings_dict["NAME"], maker=maker))
    variables = {"PYTHONPATH": f"{folder}:{ROOT}", "DJANGO_SETTINGS_MODULE": "worker_settings", "HIID_DATA": str(folder)}
    variables |= {"SECRET_KEY": settings.SECRET_KEY, "DATABASE_URL": database_address()}
    with (folder / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "manage.py", "work", *arguments],
            cwd=ROOT,
            env={**os.environ, **variables, **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
