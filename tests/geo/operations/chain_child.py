"""A process whose chain a test kills: `python -m tests.geo.operations.chain_child`, told what to do line by line.

`run <mirror> <step>`: prepare from this folder, and wait in the middle of the step (`-`: nowhere). It says `pid <number>`, `at <step>`,
then, unless it is killed, `done <release>` or `failed <why>`; SIGUSR1 lets it go on. `demo <folder> <seed> <step>`: the same for a
release of made-up people of the tiny country, with published rates beside them. `lay`: empty the database and lay that country out;
`redraw`: give one of its neighbourhoods another shape; both say `done`. `get <path>`: says status and digest of the answer.
Each is done in a fork, so that what is killed is a process of its own, and starts at once.
"""

import hashlib
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hiid.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from geo.crs import WEB_MERCATOR  # noqa: E402
from geo.disclosure import protected_files  # noqa: E402
from geo.models import Area  # noqa: E402
from geo.operations import chain, demonstration  # noqa: E402
from geo.operations.finding import Finder  # noqa: E402
from geo.operations.locks import one_at_a_time  # noqa: E402
from geo.operations.progress import Teller  # noqa: E402
from geo.releases import publish, staging  # noqa: E402
from geo.sources.registry import load_registry  # noqa: E402
from tests.builders import a_square  # noqa: E402
from tests.geo.operations import tiny_world  # noqa: E402

# Django asks for another connection when one is lost; a killed database has none to give.
connection.settings_dict["OPTIONS"]["pool"]["timeout"] = 5.0

# What the chain tells in the middle of a step, inside its transaction.
TOLD = {
    "areas": {"Areas"}, "build": {"Release: indexes", "indexes"}, "tiles": {"icb23", "lsoa11"}, "values": {"value files"},
    "synthesise": {"synthesise"}, "link": {"links-screening"}, "derive": {"screening-bowel"},
    "detect": {f"{maps} maps" for maps in range(9)},
    "findings": {"findings"}, "smoothing": {"smoothing"},
}  # fmt: skip


class WaitingTeller(Teller):
    """Waits where it is told of the step."""

    def __init__(self, step: str) -> None:
        super().__init__(stream=sys.stderr)
        self._step = step

    def report(self, what: str, done: int, total: int) -> None:
        if what in TOLD.get(self._step, ()) and done:
            self.wait(self._step)

    def say(self, line: str) -> None:
        if line in TOLD.get(self._step, ()):
            self.wait(self._step)
        super().say(line)

    def wait(self, step: str) -> None:
        """Say where we are, once, and go on only when told."""
        if step == self._step:
            self._step = ""
            say(f"at {step}")
            signal.sigwait({signal.SIGUSR1})


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run(mirror: str, step: str) -> None:
    teller = WaitingTeller(step)
    # Loading and publishing tell nothing inside their transactions: they wait after the rows, and before the end.
    _wait_after(staging, "copy_rows", lambda: teller.wait("load"))
    _wait_after(publish, "_drop_older", lambda: teller.wait("publish"))
    sources = load_registry(editions=Path(mirror) / "editions.yaml")
    with one_at_a_time("prepare"):
        report = chain.prepare(sources, finder=Finder(Path(mirror), Path(mirror) / "cache"), teller=teller)
    say(f"done {report.release.slug}")


def demo(folder: str, seed: str, step: str) -> None:
    teller = WaitingTeller(step)
    # The new table lies beside the old one; the release is the current one, and the transaction has not ended.
    _wait_after(protected_files, "sums_of", lambda: teller.wait("protect"))
    _then(demonstration, "build_findings", lambda release, **_: tiny_world.give_maps(release))
    _wait_after(publish, "_drop_older", lambda: teller.wait("publish"))
    with one_at_a_time("prepare"):
        report = tiny_world.run_demonstration(Path(folder), teller=teller, spec=replace(tiny_world.SPEC, seed=int(seed)))
    say(f"done {report.release.slug}")


def lay() -> None:
    call_command("flush", interactive=False, verbosity=0)
    tiny_world.lay_out()
    tiny_world.lay_out_maps()
    say("done")


def redraw() -> None:
    shape = a_square(30).transform(WEB_MERCATOR, clone=True)
    Area.objects.filter(code=tiny_world.ONLY_2011).update(geometry_3857=shape)
    say("done")


def get(path: str) -> None:
    answer = Client(headers={"host": "127.0.0.1"}).get(path)
    body = answer.getvalue()
    say(f"{answer.status_code} {hashlib.sha256(body).hexdigest()}")


def _wait_after(module: object, name: str, then: Callable[[], None]) -> None:
    _then(module, name, lambda *_, **__: then())


def _then(module: object, name: str, then: Callable[..., None]) -> None:
    """After each call of a function, this with the same arguments."""
    function = getattr(module, name)

    def wrapped(*arguments: object, **options: object) -> object:
        result = function(*arguments, **options)
        then(*arguments, **options)
        return result

    setattr(module, name, wrapped)


def main() -> None:
    get_resolver().url_patterns  # noqa: B018  loads all that serves, once for all forks
    for line in sys.stdin:
        what, *words = line.split()
        pid = os.fork()
        if pid:
            os.waitpid(pid, 0)
            continue
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})  # for the one thread that waits for it
        try:
            if what in ("run", "demo"):
                say(f"pid {os.getpid()}")
            {"run": run, "demo": demo, "lay": lay, "redraw": redraw, "get": get}[what](*words)
        except Exception as error:
            say(f"failed {type(error).__name__}: {' '.join(str(error).split())}")
        os._exit(0)


if __name__ == "__main__":
    main()
