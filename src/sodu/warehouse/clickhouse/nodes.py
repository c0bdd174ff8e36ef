"""The nodes of a cluster: a client each, made when it is first asked."""

from __future__ import annotations

import io
import logging
import random
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import clickhouse_connect
import pyarrow as pa
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.external import ExternalData

from sodu.values.errors import SoduError, WrongUsage
from sodu.values.limits import NODE_ANSWER_SECONDS_MAX, NODE_CONNECT_SECONDS_MAX
from sodu.values.text import mark as _
from sodu.warehouse.clickhouse.dialect import Statement
from sodu.warehouse.clickhouse.told import Gone, told
from sodu.warehouse.cluster_address import ClusterAddress

if TYPE_CHECKING:
    from urllib3.response import HTTPResponse

for _noisy in ("urllib3.connectionpool", "clickhouse_connect"):
    # What goes wrong is told once, by who asked.
    logging.getLogger(_noisy).setLevel(logging.CRITICAL)

Node = tuple[str, int]
"""A node's host and HTTP port."""

ALWAYS = {
    # Empty means the same as in DuckDB: joins without a match, what a grouping leaves out.
    "join_use_nulls": 1,
    "group_by_use_nulls": 1,
    "transform_null_in": 0,
    "cast_keep_nullable": 1,
    # What a query names is first a column, and its own name for something second.
    "prefer_column_name_to_alias": 1,
    # A join with a table that is shared out is made where all of it is; a node that is away is never left out.
    "distributed_product_mode": "global",
    "skip_unavailable_shards": 0,
    "optimize_skip_unused_shards": 1,
    "decimal_check_overflow": 1,
    "enable_extended_results_for_datetime_functions": 1,
    "output_format_arrow_string_as_string": 1,
    "output_format_arrow_low_cardinality_as_dictionary": 0,
}


class Nodes:
    """All nodes that the address names. Threads may share it: a client keeps no session."""

    def __init__(self, address: ClusterAddress) -> None:
        self.address = address
        self._clients: dict[Node, Client] = {}
        self._making = threading.Lock()

    def client(self, node: Node) -> Client:
        """A node's client; raises Gone where it does not answer."""
        with self._making:
            if node not in self._clients:
                with told():
                    self._clients[node] = _connected(self.address, node)
            return self._clients[node]

    def in_turn(self) -> list[Node]:
        """The nodes, beginning with any: readers are spread."""
        nodes = list(self.address.nodes)
        first = random.randrange(len(nodes))  # noqa: S311 - this only spreads readers
        return nodes[first:] + nodes[:first]

    def reachable(self) -> Node:
        """A node that answers; raises Gone where none does."""
        first, *others = self.in_turn()
        for node in (first, *others[:-1]):
            with suppress(Gone):
                self.rows(node, "SELECT 1")
                return node
        last = (others or [first])[-1]
        self.client(last)
        return last

    def do(self, node: Node, sql: str, settings: dict[str, Any] | None = None) -> None:
        """Have a node do something."""
        with told():
            self.client(node).command(sql, settings=settings, use_database=False)

    def do_everywhere(self, statements: list[str]) -> None:
        """Have every node do something."""
        for node in self.address.nodes:
            for statement in statements:
                self.do(node, statement)

    def read(self, node: Node, database: str, statement: Statement, settings: dict[str, Any]) -> HTTPResponse:
        """A node's answer, as the bytes of an Arrow stream that come as they are read."""
        external = ExternalData()
        for name, (structure, rows) in statement.lists.items():
            external.add_file(file_name=name, data=rows, fmt="ArrowStream", structure=structure)
        return cast(
            "HTTPResponse",
            self.client(node).raw_stream(
                statement.sql,
                parameters=statement.values or None,
                settings=ALWAYS | settings,
                fmt="ArrowStream",
                use_database=False,
                external_data=external if external.files else None,
                transport_settings={"X-ClickHouse-Database": database},
            ),
        )

    def insert(self, node: Node, database: str, table: str, rows: pa.Table, settings: dict[str, Any]) -> None:
        """Send rows to a node, which answers once they are where they belong."""
        out = io.BytesIO()
        with pa.ipc.new_stream(out, rows.schema) as writer:
            writer.write_table(rows)
        with told():
            self.client(node).raw_insert(
                f"{database}.{table}", rows.column_names, out.getvalue(), settings=settings, fmt="ArrowStream"
            )

    def kill(self, query_id: str) -> None:
        """Stop a question wherever it runs; that it ran no more is fine."""
        for node in self.address.nodes:
            with suppress(SoduError):
                self.do(node, f"KILL QUERY WHERE query_id = '{query_id}' ASYNC")

    def places(self) -> Iterator[tuple[Node, int]]:
        """Each node with the number of its shard; raises WrongUsage where the address does not name the whole cluster."""
        named: set[tuple[int, int]] = set()
        everyone: set[tuple[int, int]] = set()
        for node in self.address.nodes:
            rows = self.rows(
                node,
                "SELECT shard_num, replica_num, is_local FROM system.clusters "
                f"WHERE cluster = '{self.address.cluster}'",
            )
            mine = [(shard, replica) for shard, replica, is_local in rows if int(is_local)]
            if len(mine) != 1:
                raise WrongUsage(
                    _("SODU_WAREHOUSE: {host}:{port} is no node of the cluster '{cluster}'"),
                    host=node[0],
                    port=node[1],
                    cluster=self.address.cluster,
                )
            named.add(mine[0])
            everyone = {(shard, replica) for shard, replica, _local in rows}
            yield node, int(mine[0][0])
        if named != everyone:
            raise WrongUsage(
                _("SODU_WAREHOUSE: the cluster has {count} nodes; name every one of them"), count=len(everyone)
            )

    def rows(self, node: Node, sql: str) -> list[tuple[Any, ...]]:
        """A node's answer to a small question."""
        with told():
            return [tuple(row) for row in self.client(node).query(sql).result_rows]

    def close(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            client.close()


def _connected(address: ClusterAddress, node: Node) -> Client:
    return clickhouse_connect.get_client(
        host=node[0],
        port=node[1],
        username=address.user,
        password=address.password,
        database="default",
        secure=address.secure,
        compress=False,
        form_encode_query_params=True,
        query_retries=0,
        autogenerate_session_id=False,
        dedicated_pool=True,
        connect_timeout=NODE_CONNECT_SECONDS_MAX,
        send_receive_timeout=NODE_ANSWER_SECONDS_MAX,
        client_name="sodu",
    )
