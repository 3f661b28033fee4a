"""What the chain from made-up people to a published release costs, by step and size of world. Writes docs/evidence/linked-chain.md.

Each world goes through `manage.py demo_data` in a process and a data folder of its own; the release that was current before is made current
again. HIID_CHAIN_WORLDS says which (`systems:people`, joined by blanks), HIID_CHAIN_UNTIL before which step (link, derive, protect) to end.
PostgreSQL works in processes of its own: its computing is not in the figures, its memory is, but for what is shared. Exits 1 where the
million people miss a bar, or a chain fails; on a busy machine computing is judged instead of the clock, and memory is not.
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docs" / "evidence" / "linked-chain.md"
UNTIL = os.environ.get("HIID_CHAIN_UNTIL", "")
WORLDS = os.environ.get("HIID_CHAIN_WORLDS", "ncl:150000 ncl,nenc:1000000 all:5000000").split()
# Bars for a million people: seconds to make them, seconds from records to a published release, gigabytes.
JUDGED, GENERATE, CHAIN, MEMORY = 1_000_000, 60, 120, 4.0
# With more processes than this waiting for two cores, seconds by the clock say nothing, and computing alone is judged.
IDLE = 3.0
# Lines by which steps of linking begin, and by which any other ends.
BEGINS = {"link", "derive", "protect"}
ENDS = re.compile(r"^(\w+): ([0-9.]+) s$")
MADE = "synthesise"


@dataclass
class Step:
    """seconds by the clock, of computing (all cores together); peak: most memory that was held meanwhile (see Watch), GB."""

    name: str
    seconds: float
    computing: float
    peak: float


@dataclass
class World:
    """What one run of the chain took. sizes: extract -> rows, bytes. work: bytes that linkage leaves. error: why the chain ended early."""

    name: str
    people: int = 0
    steps: list[Step] = field(default_factory=list)
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)
    work: int = 0
    most: int = 0
    cells: int = 0
    load: float = 0.0
    error: str = ""


def main() -> None:
    """Measure every world, write, judge."""
    worlds: list[World] = []
    for each in WORLDS:
        worlds.append(measured(*each.split(":")))
        FILE.write_text(words(worlds), encoding="utf-8")
    print(FILE.read_text(encoding="utf-8"))
    sys.exit(0 if all(meets(world) for world in worlds) else 1)


def measured(systems: str, people: str) -> World:
    """The chain of one world."""
    world = World(f"{systems.replace(',', '-')}-{people}-1")
    with tempfile.TemporaryDirectory(dir=os.environ.get("HIID_DATA") or ROOT / ".hiid", prefix="chain-") as data:
        command = [sys.executable, "manage.py", "demo_data", "--systems", systems, "--people", people, "--seed", "1", "--never-published"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | {"HIID_DATA": data}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        said = list(followed(process, world, Path(data)))
        world.load = os.getloadavg()[0]
        if process.wait():
            world.error = said[-1] if said else "nothing was said"
        noted(world, Path(data))
    if world.error:
        print(world.error, flush=True)
    else:
        subprocess.run([sys.executable, "manage.py", "rollback_release"], cwd=ROOT, check=True)
    return world


def followed(process: "subprocess.Popen[str]", world: World, data: Path):  # noqa: ANN201
    """The lines that the process says; steps are noted in the world as they end."""
    assert process.stdout is not None
    before, name, watch = (time.perf_counter(), 0.0), "", Watch(process.pid)
    for line in map(str.rstrip, process.stdout):
        print(f"  {line}", flush=True)
        yield line
        world.most = max(world.most, bytes_in(data))
        ended = ENDS.match(line)
        # Linking has a step of the name `link` itself.
        if line == name or (line not in BEGINS and not ended):
            continue
        now, peak = (time.perf_counter(), computing(process.pid)), watch.taken()
        finished = name or (ended[1] if ended else "")
        if finished:
            world.steps.append(Step(finished, now[0] - before[0], now[1] - before[1], peak))
        before, name = now, line if line in BEGINS else ""
        if line and line == UNTIL:
            process.terminate()
            yield f"ended before {UNTIL}, as asked"
            return


def computing(pid: int) -> float:
    """Seconds of computing of a process and of those it began and that have ended, so far; 0 where it has ended itself."""
    with contextlib.suppress(OSError):
        parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return sum(int(part) for part in parts[11:15]) / os.sysconf("SC_CLK_TCK")
    return 0.0


class Watch(threading.Thread):
    """Looks five times a second by how much the anonymous memory of the whole machine has grown since it began, which counts what copies of
    a process hold together once, and at the files (libraries) that the process holds.

    To ask the system for each process's share instead, it would walk through all their pages: 0.2 s each time, in which they wait.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.most, self.before = pid, 0.0, gigabytes("/proc/meminfo", "AnonPages")
        self.start()

    def run(self) -> None:
        """Look until the process is gone."""
        while Path(f"/proc/{self.pid}").exists():
            held = gigabytes("/proc/meminfo", "AnonPages") - self.before + gigabytes(f"/proc/{self.pid}/status", "RssFile")
            self.most = max(self.most, held)
            time.sleep(0.2)

    def taken(self) -> float:
        """Most memory since this was last asked, GB."""
        most, self.most = self.most, 0.0
        return most


def gigabytes(file: str, name: str) -> float:
    """What a file of the system says of memory under a name, GB; 0 where it does not, for the process has ended."""
    with contextlib.suppress(OSError):
        found = re.search(rf"{name}:\s+(\d+) kB", Path(file).read_text())
        return int(found[1]) * 1024 / 1e9 if found else 0.0
    return 0.0


def bytes_in(folder: Path) -> int:
    """Size of all files; those that go meanwhile count nothing."""
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size if path.is_file() else 0
    return total


def noted(world: World, data: Path) -> None:
    """People, rows and bytes of what the chain left."""
    for path in sorted(data.glob("secure/*/extracts/*.parquet")):
        world.sizes[path.stem] = (pq.ParquetFile(path).metadata.num_rows, path.stat().st_size)
    for path in data.glob("secure/*/extracts/manifest.json"):
        world.people = json.loads(path.read_text(encoding="utf-8"))["people"]["registered_on_last_day"]
    for path in data.glob("secure/*/work/derived/cells.parquet"):
        world.cells = pq.ParquetFile(path).metadata.num_rows
    for path in data.glob("secure/*/work"):
        world.work = bytes_in(path)
    shutil.rmtree(data / "secure", ignore_errors=True)


def meets(world: World) -> bool:
    """Whether the chain ended well and, where it is the judged one, kept its bars."""
    if world.error:
        return False
    if abs(world.people / JUDGED - 1) > 0.2:
        return True
    made, rest = times(world)
    is_small = world.load > IDLE or max(step.peak for step in world.steps) <= MEMORY
    return made <= GENERATE and rest <= CHAIN and is_small


def times(world: World) -> tuple[float, float]:
    """Seconds to make the people, and from their records to the published release."""
    taken = [(step.name == MADE, step.seconds if world.load <= IDLE else step.computing) for step in world.steps]
    return sum(t for is_made, t in taken if is_made), sum(t for is_made, t in taken if not is_made)


def words(worlds: list[World]) -> str:
    """The page."""
    parts = [HEAD]
    for world in worlds:
        made, rest = times(world)
        what = "by the clock" if world.load <= IDLE else "of computing, for the machine was busy"
        parts.append(f"\n## {world.name}: {world.people:,} people\n\nLoad of the machine at the end {world.load:.1f}. ")
        parts.append(f"People {made:.0f} s, from records to the end {rest:.0f} s ({what}); most memory ")
        parts.append(
            f"{max((step.peak for step in world.steps), default=0):.1f} GB; most disk {world.most / 1e9:.2f} GB, of which linkage "
        )
        parts.append(f"leaves {world.work / 1e9:.2f}; {world.cells:,} exact counts.\n")
        if world.error:
            parts.append(f"\n**The chain ended early**: {world.error}\n")
        parts.append("\n| step | seconds | of computing | peak GB |\n|---|---|---|---|\n")
        parts += [f"| {each.name} | {each.seconds:.1f} | {each.computing:.1f} | {each.peak:.2f} |\n" for each in world.steps]
    whole = [world for world in worlds if world.sizes]
    return "".join([*parts, extracts(whole), lines(whole)])


def extracts(worlds: list[World]) -> str:
    """Rows and bytes a person of each extract, in each world."""
    if not worlds:
        return ""
    told = ["\n## Extracts: rows and bytes a person\n\n| extract | ", " | ".join(world.name for world in worlds), " |\n|---"]
    told.append("|---" * len(worlds) + "|\n")
    for name in worlds[0].sizes:
        cells = [f"{world.sizes[name][0] / world.people:.2f}, {world.sizes[name][1] / world.people:.1f} B" for world in worlds]
        told.append(f"| {name} | {' | '.join(cells)} |\n")
    totals = [f"{sum(size for _, size in world.sizes.values()) / world.people:.0f} B" for world in worlds]
    return "".join([*told, f"| all | {' | '.join(totals)} |\n"])


def lines(worlds: list[World]) -> str:
    """Straight lines through the computing of each step by people, and how far the worlds lie off them."""
    if len(worlds) < 3:
        return ""
    people = np.array([world.people for world in worlds]) / 1e6
    told = [
        "\n## Straight lines through these worlds\n\nSeconds of computing; people in millions. Largest error: of the worlds, relative.\n"
    ]
    told.append("\n| step | fixed | a million people | largest error |\n|---|---|---|---|\n")
    for name in [step.name for step in worlds[0].steps]:
        taken = [sum(step.computing for step in world.steps if step.name == name) for world in worlds]
        if not all(taken):
            continue
        slope, fixed = np.polyfit(people, taken, 1, w=1 / np.maximum(taken, 0.1))
        error = np.abs((fixed + slope * people) / np.array(taken) - 1).max()
        told.append(f"| {name} | {fixed:.1f} | {slope:.1f} | {error:.0%} |\n")
    return "".join(told)


HEAD = """# What the chain of linked records costs

Made by `make evidence` (tools/evidence/linked_chain.py) on two cores: `demo_data` of worlds of made-up people, from nothing to a published
release, each step in the order in which it runs. Seconds by the clock, and memory, hold only where the machine was idle; computing is of
all threads of the process. PostgreSQL works beside it. Memory is by how much the anonymous memory of the whole machine grew, PostgreSQL's
with it, and the libraries of the process; what PostgreSQL shares (512 MB of buffers) is not in it. Bars, for a million people: made in
60 s, published 120 s later, 4 GB.
"""

if __name__ == "__main__":
    main()
