"""The process that serves: gunicorn with threads, which owns the warehouse; commands come in by a socket."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from gunicorn.app.base import BaseApplication

from sodu.entrances.configuration import Configuration
from sodu.entrances.local.client import socket_path
from sodu.warehouse.home import Home

_GRACE_SECONDS = 20


class Portal(BaseApplication):  # type: ignore[misc]
    """gunicorn, set up in code: one process, since one process may own the warehouse."""

    def __init__(self, configuration: Configuration, home: Home) -> None:
        self._configuration, self._home = configuration, home
        self._stack = ExitStack()
        super().__init__()

    def load_config(self) -> None:
        """Set what gunicorn needs to know."""
        configuration = self._configuration
        settings: dict[str, Any] = {
            "bind": [configuration.bind, f"unix:{socket_path(self._home)}"],
            "workers": 1,
            "worker_class": "gthread",
            "threads": configuration.threads,
            "umask": 0o077,
            "graceful_timeout": _GRACE_SECONDS,
            "timeout": 120,
            "keepalive": 20,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "logger_class": "sodu.entrances.web.logs.GunicornLogger",
            "control_socket_disable": True,
            "proc_name": "sodu",
            "forwarded_allow_ips": "",
            "post_worker_init": self._begin,
            "worker_exit": self._end,
        }
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """The WSGI application, in the worker."""
        from sodu.entrances.web.wsgi import application

        return application

    def _begin(self, _worker: Any) -> None:
        from sodu.entrances.web import running

        self._stack.enter_context(running.running(self._home))

    def _end(self, _server: Any, _worker: Any) -> None:
        self._stack.close()


def run(configuration: Configuration, home: Home) -> None:
    """Serve until told to stop."""
    Portal(configuration, home).run()
