"""Work side by side: what waits for what, one thing a lane, the error of the first that fails, and engines beside each other."""

import subprocess
import sys
import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geo.linkage.engines import Engine
from geo.linkage.lanes import in_lanes, lanes_of, needs_of

A_MOMENT = 10
ROOT = Path(__file__).resolve().parents[3]


def test_what_does_not_wait_is_done_at_the_same_time_and_given_in_order():
    both = threading.Barrier(2, timeout=A_MOMENT)

    def work(place, _):
        both.wait()
        return place

    assert in_lanes(2, [(), (), (), ()], work) == [0, 1, 2, 3]


def test_nothing_begins_before_what_it_needs_has_ended():
    done, seen = [], {}

    def work(place, _):
        seen[place] = set(done)
        done.append(place)

    needs = [(), (0,), (), (1, 2), (0,), (3, 4)]
    in_lanes(3, needs, work)

    assert all(set(needed) <= seen[place] for place, needed in enumerate(needs))


def test_never_are_two_in_one_lane():
    busy, locks = [], [threading.Lock(), threading.Lock()]

    def work(_, lane):
        assert locks[lane].acquire(blocking=False)
        busy.append(lane)
        locks[lane].release()

    in_lanes(2, [()] * 50, work)

    assert len(busy) == 50


def test_one_lane_does_all_in_order_and_tells_so_in_the_thread_of_the_caller():
    told, order = [], []

    def work(place, _):
        order.append(place)
        assert threading.current_thread() is threading.main_thread()

    in_lanes(1, [()] * 4, work, lambda place: told.append((place, threading.current_thread())))

    assert order == [0, 1, 2, 3]
    assert told == [(place, threading.current_thread()) for place in order]


def test_the_first_that_fails_is_told_when_the_others_have_ended_and_nothing_more_begins():
    failing, begun, ended = threading.Event(), [], []

    def work(place, _):
        if place == 0:
            assert failing.wait(A_MOMENT)
            ended.append(place)
            raise OSError("the first place")
        failing.set()
        raise ValueError("the second place")

    with pytest.raises(OSError, match="the first place"):
        in_lanes(2, [()] * 4, work, begun.append)

    assert (begun, ended) == ([0, 1], [0])


def test_needs_are_the_earlier_ones_of_whose_files_any_is_taken_in():
    assert needs_of([{"x"}, {"a"}, {"x"}, {"b", "c", "a"}], [{"a"}, {"b"}, {"c"}, {"d"}]) == [set(), {0}, set(), {0, 1, 2}]


def test_engines_beside_each_other_read_the_same_files_and_end_with_the_block(tmp_path):
    pq.write_table(pa.table({"n": range(1_000)}), tmp_path / "numbers.parquet")
    engine = Engine("duckdb", tmp_path / "scratch")

    with lanes_of(engine) as engines:
        asked = [(each, each.read(tmp_path / "numbers.parquet")) for each in engines]
        sums = in_lanes(len(engines), [()] * 20, lambda _, lane: asked[lane][0].fetch(asked[lane][1].agg(n=asked[lane][1]["n"].sum())))
        assert len({each.scratch for each in engines}) == len(engines) == 2

    assert [each["n"][0].as_py() for each in sums] == [499_500] * 20
    assert not (tmp_path / "scratch" / "lane-1").exists()
    assert engine.fetch(asked[0][1]).num_rows == 1_000
    engine.close()


def test_an_engine_that_uses_all_cores_for_one_thing_has_one_lane(tmp_path):
    engine = Engine("polars", tmp_path / "scratch")

    with lanes_of(engine) as engines:
        assert engines == [engine]


def test_an_engine_takes_no_more_threads_than_there_are_cores(tmp_path, monkeypatch):
    monkeypatch.setattr("geo.linkage.engines.cores_at_hand", lambda: 1)
    engine = Engine("duckdb", tmp_path / "scratch", threads=4)

    with lanes_of(engine) as engines:
        assert (engine.threads, engines) == (1, [engine])
    engine.close()


@pytest.mark.parametrize("made", ["engine", "engine.beside('other')"])
def test_no_bars_are_drawn_in_a_process_that_duckdb_takes_for_a_notebook(tmp_path, made):
    program = f"""
from pathlib import Path
from geo.linkage.engines import Engine
engine = Engine("duckdb", Path({str(tmp_path / "scratch")!r}))
print({made}.backend.con.execute("SELECT current_setting('enable_progress_bar')").fetchone()[0])
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)

    assert said.stdout.split() == ["False"]
