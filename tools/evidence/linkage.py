"""How right, how fast and how large linkage is on a synthetic world of a million people. Writes docs/evidence/linkage.md.

The world is made by `manage.py synthesise` of systems that the models were not trained on, with another seed; it is linked on DuckDB and on
Polars, each in a process of its own, and judged by the sealed answers. Exits 1 where an extract misses a bar or engines differ.
"""

import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import polars as pl

from geo.linkage.layouts import layouts
from geo.linkage.manifest import digest_of_rows
from geo.linkage.models import MODELS, model
from geo.linkage.run import Run, link_extracts

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docs" / "evidence" / "linkage.md"
SYSTEMS, PEOPLE, SEED = "gm,llr", 1_000_000, 7
LEAST_PRECISION, LEAST_RECALL = 0.9995, 0.995
ENGINES = ("duckdb", "polars")
FAMILIES = [name for name, layout in layouts().items() if layout.link == "person"]


def main() -> None:
    """Make the world, link it on each engine, judge, write."""
    secure = Path(os.environ.get("HIID_DATA") or ROOT / ".hiid") / "secure"
    world = secure / f"{SYSTEMS.replace(',', '-')}-{PEOPLE}-{SEED}"
    if not world.exists():
        made = ["manage.py", "synthesise", "--systems", SYSTEMS, "--people", str(PEOPLE), "--seed", str(SEED)]
        subprocess.run([sys.executable, *made], check=True, cwd=ROOT)
    costs = [measured(world, engine) for engine in ENGINES]
    digests = {digest_of_rows(work_of(world, engine) / "link.parquet") for engine in ENGINES}
    table, bars = judged(world)
    FILE.write_text(words(world, table, costs, len(digests) == 1), encoding="utf-8")
    for engine in ENGINES:
        shutil.rmtree(work_of(world, engine))
    sys.exit(0 if bars and len(digests) == 1 else 1)


def work_of(world: Path, engine: str) -> Path:
    """Where this program links, apart from the work of others."""
    return world / f"measured-{engine}"


def measured(world: Path, engine: str) -> str:
    """A row of the table of costs: linked anew in a process of its own."""
    shutil.rmtree(work_of(world, engine), ignore_errors=True)
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, __file__, str(world), engine], env=os.environ | {"PYTHONPATH": str(ROOT)})
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"linking on {engine} failed")
    seconds, busy = time.perf_counter() - began, used.ru_utime + used.ru_stime
    return f"| {engine} | {busy:.0f} | {seconds:.0f} | {os.getloadavg()[0]:.0f} | {used.ru_maxrss / 1e6:.1f} |"


def judged(world: Path) -> tuple[str, bool]:
    """Rows of the table of extracts, and whether all bars hold."""
    register = pl.read_parquet(world / "extracts" / "gp_register.parquet", columns=["NHS_NUMBER"]).with_row_index("person")
    truth = pl.read_parquet(world / "answers" / "truth_links.parquet").unique(["extract", "row_id"])
    of_register = truth.filter(pl.col("extract") == "gp_register").select(NHS_NUMBER="row_id", truly="person")
    people = register.join(of_register, on="NHS_NUMBER").select(pl.col("person").cast(pl.Int64), linked="truly")
    links = pl.read_parquet(work_of(world, ENGINES[0]) / "link.parquet", columns=["extract", "row_id", "person", "step"])
    links = links.filter(pl.col("extract").is_in(FAMILIES))
    told = links.join(truth.rename({"person": "truly"}), on=["extract", "row_id"]).join(people, on="person", how="left")
    told = told.with_columns(right=pl.col("linked") == pl.col("truly"), known=pl.col("truly").is_in(people["linked"].implode()))
    rows, holds = [], True
    for name, part in [*((name, told.filter(pl.col("extract") == name)) for name in FAMILIES), ("all", told)]:
        made, right, known = part["linked"].count(), int(part["right"].sum()), int(part["known"].sum())
        by_rules = part.filter(pl.col("step").is_in(["nhs_dob", "nhs_partial"])).height / part.height
        residual = part.filter(pl.col("step") == "prob")
        wrong = residual.height - int(residual["right"].sum())
        precision, recall = right / made, right / known
        counts = f"{part.height:,} | {by_rules:.2%} | {residual.height:,} | {wrong} | {made - right}"
        rows.append(f"| {name} | {counts} | {precision:.5f} | {recall:.4f} |")
        holds &= precision >= LEAST_PRECISION and recall >= LEAST_RECALL
    return "\n".join(rows), holds


def words(world: Path, table: str, costs: list[str], alike: bool) -> str:
    """The page."""
    sizes = {path.stem: pl.scan_parquet(path).select(pl.len()).collect().item() for path in (world / "extracts").glob("*.parquet")}
    models = ", ".join(model(name).model_id for name in MODELS)
    return f"""# Links of synthetic records against their truth

Made by `make evidence` (tools/evidence/linkage.py). World {world.name}: {sizes["gp_register"]:,} people on the register and
{sum(sizes.values()) - sizes["gp_register"]:,} records of eight extracts, all made up; 1.2 % of people are one of two with the same
date of birth, postcode and family name, 2 % are on no register. Models {models},
trained on another seed of other systems. Bars: precision {LEAST_PRECISION}, recall {LEAST_RECALL} (of records of people who are
on the register), in each extract and in all.

| extract | records | linked by rules | by the model | wrong by the model | wrong in all | precision | recall |
|---|---|---|---|---|---|---|---|
{table}

| engine | seconds of computing (both cores together) | seconds by the clock | load of the machine meanwhile | peak GB |
|---|---|---|---|---|
{chr(10).join(costs)}

The link tables of the two engines are {"the same, row for row" if alike else "NOT the same"}; that of Spark is compared on a small world
(tests/geo/linkage/test_links.py).
"""


if __name__ == "__main__":
    if len(sys.argv) == 3:
        link_extracts(Run(Path(sys.argv[1]) / "extracts", work_of(Path(sys.argv[1]), sys.argv[2]), bytes(32), engine=sys.argv[2]))
        print(sys.argv[2], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    else:
        main()
