"""Train the models of probable links on the extracts of a world and write them to geo/definitions/linkage/.

    python tools/linkage/train.py FOLDER_OF_EXTRACTS [--scratch FOLDER]

Links of all later runs follow the new numbers, so this makes a release of its own; runs of linkage never train. The NHS numbers of the
extracts stay in the scratch folder, which is removed at the end.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path
from tempfile import mkdtemp

import yaml

sys.path.insert(0, str(Path(__file__).parents[2]))

from geo.linkage.engines import Engine, model_engine
from geo.linkage.layouts import REGISTER, layouts
from geo.linkage.models import MODELS, NAMED
from geo.linkage.rules import FOLDER
from geo.linkage.standardise import standardise
from geo.linkage.training import train
from geo.linkage.validate import Context, validate

_HEAD = """# Made by tools/linkage/train.py; not to be edited: the id is a digest of the numbers.
# m: share of pairs of one person that agree so. u: of pairs of two people; u_people: the same times the number of people of the register.
"""


def main() -> None:
    """Standardise the extracts, train both models, write both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("extracts", type=Path)
    parser.add_argument("--scratch", type=Path)
    given = parser.parse_args()
    scratch = Path(mkdtemp(dir=given.scratch))
    try:
        _train(given.extracts, scratch)
    finally:
        shutil.rmtree(scratch)


def _train(extracts: Path, scratch: Path) -> None:
    engine = Engine("duckdb", scratch / "engine", memory="3GB")
    linked = {
        name: each for name, each in layouts().items() if each.link in ("register", "person") and (extracts / f"{name}.parquet").exists()
    }
    for name, layout in linked.items():
        path, rejected = extracts / f"{name}.parquet", scratch / "rejected" / f"{name}.parquet"
        validate(engine, path, layout, Context(), rejected)
        standardise(engine, path, layout, rejected, scratch / f"{name}.parquet")
    told = json.loads((extracts / "manifest.json").read_text())
    for model in MODELS:
        of = {name: each for name, each in linked.items() if name != REGISTER and each.names == (model == NAMED)}
        with model_engine(engine) as own:
            found = train(own, model, scratch, of, {"world": told["world"], "synthetic": told["synthetic"]})
        (FOLDER / f"{model}.yaml").write_text(_HEAD + yaml.safe_dump(found, sort_keys=False), encoding="utf-8")
        print(model, found["model_id"])
    engine.close()


if __name__ == "__main__":
    main()
