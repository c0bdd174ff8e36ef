"""A cluster of three real nodes for all tests of a process; each test that needs it has a database of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from sodu.warehouse.cluster_address import cluster_address
from sodu.warehouse.settings import Settings
from tests.warehouse.world import SETTINGS
from tools.nodes import Nodes

_NUMBERS = itertools.count(1)

OnCluster = Callable[[], Settings]


@pytest.fixture(scope="session")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    with Nodes(tmp_path_factory.mktemp("nodes")) as started:
        yield started


@pytest.fixture(scope="session")
def on_cluster(nodes: Nodes) -> OnCluster:
    """Settings of a home whose warehouse is a new database of the cluster."""
    return lambda: replace(SETTINGS, cluster=cluster_address(nodes.address(f"w{next(_NUMBERS)}")))
