"""Settings come from the environment, and what is missing or wrong says so."""

import subprocess
import sys
from pathlib import Path

import pytest

from hiid import env


def test_a_missing_variable_names_itself_and_the_line_to_copy(monkeypatch):
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)

    with pytest.raises(env.MissingVariable, match=r"ALLOWED_HOSTS is not set.*ALLOWED_HOSTS=127\.0\.0\.1,localhost"):
        env.text("ALLOWED_HOSTS")


@pytest.mark.parametrize(("word", "meant"), [("1", True), ("Yes", True), ("off", False), ("0", False)])
def test_a_flag_is_read_from_words(monkeypatch, word, meant):
    monkeypatch.setenv("A_FLAG", word)

    assert env.flag("A_FLAG", default=not meant) is meant


def test_an_unknown_word_is_no_flag(monkeypatch):
    monkeypatch.setenv("A_FLAG", "maybe")

    with pytest.raises(ValueError, match="A_FLAG='maybe'"):
        env.flag("A_FLAG")


def test_a_secret_comes_from_the_environment_before_its_file(monkeypatch, tmp_path):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "secret_key").write_text("from the file\n")
    monkeypatch.setenv("HIID_DATA", str(tmp_path))
    monkeypatch.delenv("SECRET_KEY", raising=False)

    from_file = env.secret("SECRET_KEY")
    monkeypatch.setenv("SECRET_KEY", "from the environment")

    assert (from_file, env.secret("SECRET_KEY")) == ("from the file", "from the environment")


def test_a_password_with_signs_survives_the_address(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://a%40b:p%2Fw@[::1]:6543/n%20m")

    found = env.database()

    assert {key: found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "n m",
        "USER": "a@b",
        "PASSWORD": "p/w",
        "HOST": "::1",
        "PORT": "6543",
    }


def test_another_kind_of_database_is_refused(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://a:b@127.0.0.1/c")

    with pytest.raises(ValueError, match="must begin with postgresql://"):
        env.database()


def test_the_mirror_is_absent_where_its_folder_is(monkeypatch, tmp_path):
    monkeypatch.setenv("HIID_MIRROR", str(tmp_path / "nothing"))

    assert env.mirror_folder() is None


def test_without_system_libraries_geometry_works_on_those_of_the_wheels(monkeypatch):
    monkeypatch.setattr(env, "find_library", lambda name: None)
    gdal, geos = env.spatial_libraries()
    program = (
        "from django.conf import settings\n"
        f"settings.configure(GDAL_LIBRARY_PATH={gdal!r}, GEOS_LIBRARY_PATH={geos!r})\n"
        "from django.contrib.gis.geos import Point\n"
        "p = Point(530000, 180000, srid=27700).transform(4326, clone=True)\n"
        "print(round(p.x, 3), round(p.y, 3))\n"
    )

    answer = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True, timeout=60)

    assert Path(gdal).is_file()
    assert Path(geos).is_file()
    assert answer.stdout.split() == ["-0.128", "51.504"]


def test_served_settings_are_those_of_production():
    from django.conf import settings

    assert settings.DEBUG is False
    assert "unsafe-inline" not in str(settings.CONTENT_SECURITY_POLICY)
    assert "*" not in settings.ALLOWED_HOSTS
