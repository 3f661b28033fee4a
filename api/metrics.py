"""Counts of answers and their seconds, for Prometheus, in its text form. Each worker counts for itself; sums are taken by the reader."""

import os
import threading
from collections import defaultdict

_lock = threading.Lock()
_answers: dict[tuple[str, str, int], int] = defaultdict(int)
_seconds: dict[tuple[str, str], float] = defaultdict(float)


def count(route: str, method: str, status: int, seconds: float) -> None:
    """Count one answer. `route` is the pattern, never the address that was asked for, so that there are few."""
    method = method if method in ("GET", "HEAD", "OPTIONS") else "other"
    with _lock:
        _answers[route, method, status] += 1
        _seconds[route, method] += seconds


def exposition(gauges: dict[str, float]) -> str:
    """Everything counted since this worker began, with the gauges given, in Prometheus's text format 0.0.4."""
    worker = os.getpid()
    with _lock:
        answers, seconds = sorted(_answers.items()), sorted(_seconds.items())
    lines = ["# TYPE hiid_answers_total counter"]
    for (route, method, status), number in answers:
        lines.append(f'hiid_answers_total{{route="{_escape(route)}",method="{method}",status="{status}",worker="{worker}"}} {number}')
    lines.append("# TYPE hiid_answer_seconds_total counter")
    for (route, method), total in seconds:
        lines.append(f'hiid_answer_seconds_total{{route="{_escape(route)}",method="{method}",worker="{worker}"}} {total:.6f}')
    for name, value in gauges.items():
        lines += [f"# TYPE {name} gauge", f"{name} {value:g}"]
    return "\n".join(lines) + "\n"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
