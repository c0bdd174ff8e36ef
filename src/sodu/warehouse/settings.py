"""What the environment sets: the reporting zone, what an engine may take, and where journal and warehouse are."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sodu.values.errors import WrongUsage
from sodu.values.limits import MEMORY_BYTES_MIN, THREADS_MAX
from sodu.values.text import mark as _
from sodu.warehouse.cluster_address import ClusterAddress, cluster_address

_UNITS = {"MB": 10**6, "GB": 10**9, "TB": 10**12, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
_MEMORY = re.compile(rf"([0-9]{{1,6}})({'|'.join(_UNITS)})")


@dataclass(frozen=True)
class Settings:
    """How a home is read: days are cut in `zone`; `memory` is in DuckDB's notation."""

    zone: str = "Asia/Ho_Chi_Minh"
    memory: str = "1GB"
    threads: int = 2
    database: str = field(default="", repr=False)
    """The address of the PostgreSQL that keeps the journal and the portal; empty for files of the home."""
    cluster: ClusterAddress | None = None
    """The cluster that holds the warehouse; None where it is a file of the home."""

    @property
    def memory_bytes(self) -> int:
        """The memory as a number."""
        match = _MEMORY.fullmatch(self.memory)
        return int(match[1]) * _UNITS[match[2]] if match else 0

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """The settings of an environment; raises WrongUsage for a value that is none."""
        environ = os.environ if environ is None else environ
        return cls(
            _zone(environ.get("SODU_ZONE") or cls.zone),
            _memory(environ.get("SODU_MEMORY") or cls.memory),
            _threads(environ.get("SODU_THREADS") or str(min(os.cpu_count() or 1, THREADS_MAX))),
            database_of(environ),
            cluster_address(environ.get("SODU_WAREHOUSE", "")),
        )


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise WrongUsage(
            _("SODU_ZONE: '{text}' is no time zone; use a name such as Asia/Ho_Chi_Minh"), text=text
        ) from None
    return text


def _memory(text: str) -> str:
    match = _MEMORY.fullmatch(text)
    if not match or int(match[1]) * _UNITS[match[2]] < MEMORY_BYTES_MIN:
        raise WrongUsage(
            _("SODU_MEMORY: '{text}' is no amount of memory of at least {least} MB; use one such as 1GB"),
            text=text,
            least=MEMORY_BYTES_MIN // 10**6,
        )
    return text


def _threads(text: str) -> int:
    if not re.fullmatch("[0-9]{1,4}", text) or not 1 <= int(text) <= THREADS_MAX:
        raise WrongUsage(
            _("SODU_THREADS: '{text}' is no number of threads from 1 to {most}"), text=text, most=THREADS_MAX
        )
    return int(text)


def database_of(environ: Mapping[str, str]) -> str:
    """DATABASE_URL; empty where the home's own files are meant; raises WrongUsage where it is neither."""
    url = environ.get("DATABASE_URL") or ""
    if url in ("", "sqlite://"):
        return ""
    from sodu.warehouse.postgresql import parameters

    parameters(url)
    return url
