"""The application server hangs up on readers that take nothing."""

import socket
import struct
from types import SimpleNamespace

from hiid import server


def test_connections_inherit_the_time_limit_for_sending():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.when_ready(SimpleNamespace(LISTENERS=[SimpleNamespace(sock=listening)]))
        with socket.create_connection(listening.getsockname()):
            accepted, _ = listening.accept()
            limit = accepted.getsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, 16)
            accepted.close()

    assert struct.unpack("ll", limit) == (server.SEND_TIMEOUT_S, 0)
