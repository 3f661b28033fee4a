"""The private cluster listens on this machine alone and lets nobody in without a password."""

import os
import stat

import pytest
from django.conf import settings
from django.db import connection

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_cluster():
    if os.environ.get("DATABASE_URL"):
        pytest.skip("the database is that of DATABASE_URL, not a cluster of ours")


def setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return cursor.fetchone()[0]


def test_it_listens_on_this_machine_alone():
    assert (setting("listen_addresses"), setting("unix_socket_directories")) == ("127.0.0.1", "")


def test_every_way_in_asks_for_a_password_by_scram():
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, address, auth_method FROM pg_hba_file_rules")
        ways = cursor.fetchall()

    assert ways == [("host", "127.0.0.1", "scram-sha-256")]
    assert setting("password_encryption") == "scram-sha-256"


def test_only_their_owner_reads_the_secrets():
    folder = settings.HIID_DATA / "secrets"

    modes = {path.name: stat.filemode(path.stat().st_mode) for path in [folder, *folder.iterdir()]}
    assert modes.pop("secrets") == "drwx------"
    # The key of pseudonyms is there besides once linked records were made.
    assert set(modes) - {"pseudonym_key"} == {"database_password", "database_url", "secret_key"}
    assert set(modes.values()) == {"-rw-------"}
