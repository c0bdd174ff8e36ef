"""The process that serves: gunicorn with threads, which owns the warehouse; commands come in by a socket."""

from __future__ import annotations

import gc
import socket
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.gthread import ThreadWorker

from sodu.entrances.configuration import Configuration
from sodu.entrances.local.client import PATH_BYTES_MAX, socket_path
from sodu.entrances.web import running
from sodu.values.errors import Refused, SoduError
from sodu.values.limits import GARBAGE_OBJECTS, SERVE_GRACE_SECONDS, SERVE_STOP_SECONDS
from sodu.values.text import Message, mark as _
from sodu.warehouse.home import Home

Told = Callable[[Message], object]
"""Tells whoever started the server."""


class Portal(BaseApplication):  # type: ignore[misc]
    """gunicorn, set up in code: one process, since one process may own the warehouse."""

    def __init__(self, configuration: Configuration, home: Home, ready: Callable[[], object], told: Told) -> None:
        self._configuration, self._home, self._ready, self._told = configuration, home, ready, told
        self._stack = ExitStack()
        super().__init__()

    def load_config(self) -> None:
        """Set what gunicorn needs to know."""
        configuration = self._configuration
        settings: dict[str, Any] = {
            "bind": [configuration.bind, *_doors(self._home)],
            "workers": 1,
            "worker_class": Worker,
            "threads": configuration.request_threads,
            "umask": 0o077,
            # The server waits for its worker, which first answers what is asked and then closes the warehouse.
            "graceful_timeout": SERVE_GRACE_SECONDS + SERVE_STOP_SECONDS,
            "timeout": 120,
            "keepalive": 20,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "logger_class": "sodu.entrances.web.logs.GunicornLogger",
            "control_socket_disable": True,
            "proc_name": "sodu",
            "forwarded_allow_ips": "",
            "when_ready": lambda _server: self._ready(),
            "post_fork": self._forked,
            "post_worker_init": self._begin,
            "worker_exit": self._end,
        }
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def run(self) -> None:
        """Serve until told to stop."""
        _Arbiter(self, self._configuration.drain_seconds).run()

    def load(self) -> Any:
        """The WSGI application, in the worker."""
        from sodu.entrances.web.wsgi import application

        return application

    def _forked(self, _server: Any, worker: Any) -> None:
        worker.cfg.set("graceful_timeout", SERVE_GRACE_SECONDS)

    def _begin(self, _worker: Any) -> None:
        try:
            self._stack.enter_context(running.running(self._home))
        except SoduError as error:
            self._told(error.message)
            sys.exit(worker_boot_error())
        # What a page leaves behind is looked through for cycles without all that was made at the start.
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE_OBJECTS)

    def _end(self, _server: Any, _worker: Any) -> None:
        # What is frozen would be left over when Python ends, of which DuckDB complains.
        gc.unfreeze()
        self._stack.close()


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker, which ends in one way however it is told to: it answers what it was asked, then stops.

    Its own way of ending at Ctrl-C asks, in a signal's handler, for a lock that the interrupted line may hold.
    """

    def handle_quit(self, sig: int, frame: Any) -> None:
        """Stop taking requests."""
        self.handle_exit(sig, frame)


class _Arbiter(Arbiter):  # type: ignore[misc]
    """gunicorn's process, which says for a while that it is not ready before it stops: whoever balances turns away."""

    def __init__(self, portal: Portal, drain_seconds: int) -> None:
        super().__init__(portal)
        self._drain_seconds = drain_seconds

    def handle_term(self) -> None:
        """Stop, once nobody sends more."""
        running.DRAINING[0] = 1
        time.sleep(self._drain_seconds)
        super().handle_term()

    def handle_int(self) -> None:
        """Stop, without a wait for balancers: somebody sits before it. Told again, it waits for nobody."""
        raise StopIteration


def _doors(home: Home) -> list[str]:
    """Where commands beside the server ask it; of a cluster they ask the cluster."""
    return [] if home.settings.cluster else [f"unix:{socket_path(home)}"]


def worker_boot_error() -> int:
    """The exit status of a worker that cannot work: its server ends too, and does not try again."""
    return int(Arbiter.WORKER_BOOT_ERROR)


def must_be_free(configuration: Configuration, home: Home) -> None:
    """Raise Refused unless the server can listen where it is to."""
    place = socket_path(home)
    if _doors(home) and len(bytes(place)) > PATH_BYTES_MAX:
        raise Refused(
            _("{path} is too long for a socket: {most} bytes at most; move the home to a shorter path"),
            path=str(place),
            most=PATH_BYTES_MAX,
        )
    host, _colon, port = configuration.bind.rpartition(":")
    try:
        found = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _name, address = found[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        raise Refused(
            _("nothing can listen on {bind} ({reason}); choose another address or port by --port or SODU_BIND"),
            bind=configuration.bind,
            reason=error.strerror or str(error),
        ) from error


def run(configuration: Configuration, home: Home, ready: Callable[[], object], told: Told) -> int:
    """Serve until told to stop; the exit status. `ready` is called once the server listens."""
    try:
        Portal(configuration, home, ready, told).run()
    except SystemExit as ended:
        return int(bool(ended.code))
    return 0
