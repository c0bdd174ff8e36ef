"""Homes on the cluster that the tests of a process share: each in a database of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest

from sodu.warehouse.cluster_address import cluster_address
from sodu.warehouse.settings import Settings
from tests.warehouse.world import SETTINGS
from tools.nodes import Nodes

_NUMBERS = itertools.count(1)

OnCluster = Callable[[], Settings]


@pytest.fixture(scope="session")
def on_cluster(nodes: Nodes) -> OnCluster:
    """Settings of a home whose warehouse is a new database of the cluster."""
    return lambda: replace(SETTINGS, cluster=cluster_address(nodes.address(f"w{next(_NUMBERS)}")))
