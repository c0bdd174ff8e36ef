"""The command's side of the socket: whether a server runs on the home, and asking it."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sodu.entrances.local.frames import ERROR, frames
from sodu.values.errors import Busy, Refused, WrongUsage
from sodu.values.text import Text, mark as _
from sodu.warehouse.home import Home

SOCKET = "serve.sock"
PATH_BYTES_MAX = 107
"""What the system takes as a socket's path."""


def socket_path(home: Home) -> Path:
    """Where the server of a home listens for commands."""
    return home.path / SOCKET


def is_served(home: Home) -> bool:
    """Whether a server runs on the home and owns its warehouse; a cluster is owned by nobody."""
    if home.settings.cluster:
        return False
    try:
        _connected(home).close()
    except OSError:
        return False
    return True


def ask(home: Home, what: str, words: dict[str, Any]) -> Iterator[tuple[bytes, bytes]]:
    """The frames of the server's answer; raises what the server refused, in its words."""
    connection = _Connection(home)
    with closing(connection):
        try:
            connection.request("POST", f"/{what}", json.dumps(words), {"Host": "localhost"})
            response = connection.getresponse()
            for kind, content in frames(response):
                if kind == ERROR:
                    said = json.loads(content)
                    raise (WrongUsage if said["kind"] == "wrong usage" else Refused)(Text("{said}"), said=said["text"])
                yield kind, content
        except (OSError, http.client.HTTPException) as error:
            raise Busy(_("the server of this home ended before its answer did; try again")) from error


def end_of(home: Home, what: str, words: dict[str, Any]) -> dict[str, Any]:
    """What the server's answer says at its end, where nothing else is in it."""
    *_others, (_kind, content) = ask(home, what, words)
    ending: dict[str, Any] = json.loads(content)
    return ending


class _Connection(http.client.HTTPConnection):
    def __init__(self, home: Home) -> None:
        super().__init__("localhost")
        self._home = home

    def connect(self) -> None:
        self.sock = _connected(self._home)


def _connected(home: Home) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(socket_path(home)))
    except OSError:
        connection.close()
        raise
    return connection
