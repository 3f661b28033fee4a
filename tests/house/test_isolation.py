"""Tests reach this machine alone."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_a_test_cannot_reach_another_host():
    # 192.0.2.1 is reserved for documentation (RFC 5737); pytest-socket refuses before anything is sent.
    with socket.socket() as connection, pytest.raises(SocketConnectBlockedError):
        connection.connect(("192.0.2.1", 80))
