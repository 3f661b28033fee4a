"""How gunicorn serves: `gunicorn -c python:hiid.server hiid.wsgi`. Address, process file and log are given on its command line."""

import socket
import struct
from importlib import import_module
from typing import Any

# Two processes for two cores; enough threads that downloads, which wait for their readers, leave some for everybody else.
workers = 2
threads = 12
# A worker that says nothing for so many seconds is replaced.
timeout = 60
# Whole permalinks of the map fit, with room.
limit_request_line = 8190
# No proxy stands before it here, so nobody may say for others where they come from.
forwarder_headers = ""
loglevel = "warning"
no_control_socket = True

# A reader that takes nothing for so many seconds is hung up on: otherwise a few of them would hold every thread.
SEND_TIMEOUT_S = 20


def when_ready(server: Any) -> None:
    """Give the listening sockets a time limit for sending, which the connections inherit."""
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_TIMEOUT_S, 0))


def post_worker_init(worker: Any) -> None:
    """Let a process that has just begun to answer read what takes seconds, before anybody asks for it."""
    # Not at the top: this file is read by the process that starts the others, where the application is not there.
    import_module("hiid.ready").begin()
