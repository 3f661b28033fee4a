"""A process is copied only where no copy could speak through a connection of another."""

import threading

import pytest
from django.db import connection

from geo.releases import copies


@pytest.mark.django_db
def test_a_process_in_a_transaction_is_not_copied():
    assert not copies.may_be_copied()


@pytest.mark.django_db(transaction=True)
def test_a_process_with_another_thread_is_not_copied_and_one_alone_is(monkeypatch):
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()

    is_copied = copies.may_be_copied()

    done.set()
    other.join()
    monkeypatch.setattr(copies.threading, "active_count", lambda: 1)
    assert not is_copied
    assert copies.may_be_copied()
    assert connection.connection is None
