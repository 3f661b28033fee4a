"""What a test of kills needs: a PostgreSQL cluster that may be killed, and a process that begins runs on demand."""

import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]


@dataclass
class Cluster:
    """A PostgreSQL cluster that may be killed."""

    folder: Path

    def start(self) -> None:
        """Start it as `make` does, after a kill too."""
        self._tool("start_cluster")

    def stop(self) -> None:
        self._tool("stop_cluster")

    def kill(self) -> None:
        """kill -9 of all of its processes, the main one first, so that none can begin another."""
        folder = self._tool("cluster_folder")
        main = self._tool(f"cluster_pid {folder}")
        for pid in (main, *self._tool(f"cluster_processes {folder}").split()):
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)

    @property
    def environment(self) -> dict[str, str]:
        """For processes that use it."""
        inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "HIID_DATA")}
        return {**inherited, "HIID_DATA": str(self.folder), "SECRET_KEY": "k" * 64}

    @property
    def address(self) -> str:
        return (self.folder / "secrets" / "database_url").read_text().strip()

    def _tool(self, command: str) -> str:
        script = f". tools/lib.sh; . tools/packages.sh; . tools/cluster.sh; {command}"
        done = subprocess.run(["bash", "-c", script], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()


@dataclass
class Chain:
    """The process that starts chains on demand."""

    process: subprocess.Popen[str]

    def run(self, mirror: Path, step: str = "-") -> int:
        """Begin a chain and give its process; with a step, wait until it is in the middle of that."""
        pid = int(self._ask(f"run {mirror} {step}").removeprefix("pid "))
        if step != "-":
            self._wait_for(step)
        return pid

    def demo(self, data: Path, seed: int, step: str = "-") -> int:
        """The same of a release of made-up people, whose files lie below `data`."""
        pid = int(self._ask(f"demo {data} {seed} {step}").removeprefix("pid "))
        if step != "-":
            self._wait_for(step)
        return pid

    def lay_out(self) -> None:
        """Empty the database and lay out the tiny country anew."""
        assert self._ask("lay") == "done"

    def redraw(self) -> None:
        """Give a neighbourhood of it another shape, so that tiles must be drawn."""
        assert self._ask("redraw") == "done"

    def get(self, path: str) -> str:
        """Status and digest of what is served."""
        return self._ask(f"get {path}")

    def answer(self) -> str:
        return self.process.stdout.readline().strip()

    def _wait_for(self, step: str) -> None:
        said = self.answer()
        assert said == f"at {step}", said

    def _ask(self, line: str) -> str:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.answer()
