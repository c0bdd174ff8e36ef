"""The log: one line an event, as JSON or as text, with the request's, the person's and the partner's ids."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from gunicorn.glogging import Logger


def set_up(style: str) -> None:
    """Write every log line in one style to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if style == "json"
        # Without the values of local variables: passwords and secrets stand among them.
        else [structlog.dev.ConsoleRenderer(sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)]
    )
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_words: structlog.PrintLogger(sys.stderr),
        # Standard error may be another stream by the next line (tests take it over).
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[_Handler()], level=logging.WARNING, force=True)


class _Handler(logging.Handler):
    """Hands what libraries log to structlog."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger(record.name)
        log.log(record.levelno, _without_path(record), exc_info=record.exc_info or None)


def _without_path(record: logging.LogRecord) -> str:
    """The message; Django's would name the path of the request, and the secret of a link stands in its path."""
    request = getattr(record, "request", None)
    if request is not None and isinstance(record.args, tuple):
        record.args = tuple("…" if arg == request.path else arg for arg in record.args)
    return record.getMessage()


class GunicornLogger(Logger):  # type: ignore[misc, unused-ignore]
    """gunicorn's log, in the same style."""

    def setup(self, cfg: Any) -> None:
        """Leave the handlers to `set_up`."""
        self.cfg = cfg
        for log in (self.error_log, self.access_log):
            log.handlers, log.propagate = [], True
        self.error_log.setLevel(logging.WARNING)
