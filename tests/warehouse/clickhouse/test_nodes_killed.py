"""Nodes killed while their answer is being read: told in a sentence, never taken for the end; right again afterwards."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from sodu.values.errors import Unavailable
from sodu.warehouse.cluster_address import cluster_address
from sodu.warehouse.engine import Query
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.opening import Warehouse, open_warehouse
from tests.warehouse.world import SETTINGS, small_home
from tools.nodes import Nodes

TIMES = 100_000
LONG = Query(f"SELECT f.charge_id AS charge, number FROM charges AS f CROSS JOIN numbers({TIMES}) AS many")
COUNTED = Query("SELECT count(*) AS n FROM charges")


def test_nodes_killed_in_the_middle_of_an_answer(tmp_path: Path, own_nodes: Nodes) -> None:
    home = Home(small_home(tmp_path).path, replace(SETTINGS, cluster=cluster_address(own_nodes.address("w1"))))
    with open_warehouse(home, Journal(home)) as warehouse:
        told = [_is_told(warehouse, own_nodes, number) for number in range(own_nodes.count)]
        # One of the three holds nothing of the two partners, and is missed only where it is the one that was asked.
        assert sum(told) >= 2


def _is_told(warehouse: Warehouse, nodes: Nodes, number: int) -> bool:
    """Whether the loss of a node is told; where it is not, the answer must be whole."""
    read, told = 0, ""
    try:
        with warehouse.engine.stream(LONG) as batches:
            for batch in batches:
                if not read:
                    nodes.kill(number)
                read += batch.num_rows
    except Unavailable as error:
        told = str(error)
    assert read
    assert "\n" not in told
    assert told or read == 600 * TIMES
    assert _counted_again(warehouse, nodes) == [{"n": 600}]
    return bool(told)


def _counted_again(warehouse: Warehouse, nodes: Nodes) -> list[dict[str, Any]]:
    """What is counted once every node runs: those that lose a reader in the middle end now and then, a little later."""
    for _again in range(nodes.count):
        nodes.start_all()
        with suppress(Unavailable):
            return warehouse.engine.rows(COUNTED)
    nodes.start_all()
    return warehouse.engine.rows(COUNTED)
