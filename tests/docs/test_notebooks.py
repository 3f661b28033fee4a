"""The notebooks of the tutorials run from beginning to end on a small made-up England, and are kept without what they gave."""

from pathlib import Path

import nbformat
import pytest
from django.conf import settings
from django.db import connection
from nbclient import NotebookClient

from tests.browser.conftest import _clear
from tests.browser.world import make_world
from tests.workers import database_address

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "docs" / "tutorials").glob("*.ipynb"))
TAKE_ALONG = ROOT / "docs" / "tutorials" / "maps-to-take-along.ipynb"


@pytest.fixture
def served(django_db_setup, django_db_blocker, monkeypatch):
    """A made-up synthetic release in the test database, which the kernel, a process of its own, is led to."""
    with django_db_blocker.unblock():
        assert connection.settings_dict["NAME"].startswith("test_")
        make_world(is_synthetic=True)
        connection.close()
        monkeypatch.setenv("DATABASE_URL", database_address())
        monkeypatch.setenv("SECRET_KEY", settings.SECRET_KEY)
        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        yield
        _clear()


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_the_maps_to_take_along_are_drawn_and_written(served, tmp_path):
    notebook = nbformat.read(TAKE_ALONG, as_version=4)

    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()

    shown = [output for cell in notebook.cells for output in cell.get("outputs", ()) if "text/html" in output.get("data", {})]
    assert len(shown) == 2
    assert all("SYNTHETIC" in output["data"]["text/html"] for output in shown)
    assert "Made-up Borough A" in (tmp_path / "districts.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebooks_are_kept_without_outputs(path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]

    assert cells
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)
