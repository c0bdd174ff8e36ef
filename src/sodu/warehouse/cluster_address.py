"""Where the warehouse is: a file of the home, or the nodes of a ClickHouse cluster."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from sodu.values.errors import WrongUsage
from sodu.values.text import mark as _

_SCHEMES = {"clickhouse": False, "clickhouses": True}
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]{1,253}):([0-9]{1,5})")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_PORT_MAX = 65_535


@dataclass(frozen=True)
class ClusterAddress:
    """Every node of a cluster by host and HTTP port, the database's name, and how to sign in."""

    nodes: tuple[tuple[str, int], ...]
    database: str
    cluster: str = "sodu"
    user: str = "default"
    password: str = ""
    secure: bool = False

    def __str__(self) -> str:
        """The address without what is secret."""
        nodes = ",".join(f"{host}:{port}" for host, port in self.nodes)
        return f"{'clickhouses' if self.secure else 'clickhouse'}://{nodes}/{self.database}"


def cluster_address(text: str) -> ClusterAddress | None:
    """What SODU_WAREHOUSE names; None, where it is empty, for the file of the home. Raises WrongUsage."""
    if not text:
        return None
    parts = urlsplit(text)
    credentials, at, hosts = parts.netloc.rpartition("@")
    nodes = [_HOST.fullmatch(host) for host in hosts.split(",")]
    database, options = parts.path.removeprefix("/"), dict(parse_qsl(parts.query, keep_blank_values=True))
    cluster = options.pop("cluster", ClusterAddress.cluster)
    is_legal = (
        parts.scheme in _SCHEMES
        and all(node is not None and 0 < int(node[2]) <= _PORT_MAX for node in nodes)
        and _NAME.fullmatch(database)
        and _NAME.fullmatch(cluster)
        and not options
        and not parts.fragment
    )
    if not is_legal:
        # The text may hold a password: it is not repeated.
        raise WrongUsage(
            _(
                "SODU_WAREHOUSE: this is no address of a warehouse; leave it empty for a file in the home, or name "
                "every node of a ClickHouse cluster, as in clickhouse://host:8123,host:8123/sodu"
            )
        )
    user, _colon, password = credentials.partition(":")
    return ClusterAddress(
        nodes=tuple((node[1].strip("[]"), int(node[2])) for node in nodes if node),
        database=database,
        cluster=cluster,
        user=unquote(user) if at else ClusterAddress.user,
        password=unquote(password),
        secure=_SCHEMES[parts.scheme],
    )
