"""ClickHouse in the measure `engines`: our own reports, and SQL by hand, on a cluster of three nodes with the same batches."""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime

from bench.asked import Asked
from bench.data import scratch
from bench.engine_ours import Names, Ours, Sums
from bench.engine_sides import ByHand, Missing, Side, peak_mb
from sodu.warehouse.cluster_address import cluster_address
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.opening import Warehouse, open_warehouse
from tools.nodes import LIBRARY, Nodes

_NAME = "sodu on ClickHouse, three nodes"


class OnCluster(Side):
    """The portal's own code, its warehouse on the cluster."""

    name = _NAME

    def __init__(self, warehouse: Warehouse, now: datetime, nodes: Nodes) -> None:
        self._ours, self._nodes = Ours(warehouse, now), nodes

    def sums(self, asked: Asked) -> Sums:
        return self._ours.ask(asked)

    def peak_mb(self) -> float:
        return _peak_mb(self._nodes)


def cluster_sides(home: Home, now: datetime) -> Iterator[Side | Missing]:
    """Both ways to ask the cluster, which is started and loaded from the home's batches; or why there is none."""
    if not LIBRARY.exists():
        yield Missing(_NAME, "not measured, ClickHouse is not installed: `python3 test.py` installs it where npm is")
        return
    place, stack = scratch(), ExitStack()
    atexit.register(stack.close)
    stack.callback(shutil.rmtree, place, ignore_errors=True)
    nodes = stack.enter_context(Nodes(place))
    opened = Home(home.path, replace(home.settings, cluster=cluster_address(nodes.address())))
    warehouse = stack.enter_context(open_warehouse(opened, Journal(opened)))
    yield OnCluster(warehouse, now, nodes)
    yield ByHand("the same nodes of ClickHouse", warehouse.engine, Names(warehouse), lambda: _peak_mb(nodes))


def _peak_mb(nodes: Nodes) -> float:
    return sum(map(peak_mb, nodes.processes))
