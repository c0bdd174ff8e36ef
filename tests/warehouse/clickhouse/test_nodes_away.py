"""Questions while a node is away: told in a sentence, never answered in part, and right again afterwards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sodu.values.errors import Refused, Unavailable
from sodu.warehouse.cluster_address import cluster_address
from sodu.warehouse.engine import Parameter, Query
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.opening import open_warehouse
from sodu.warehouse.time_limit import limited
from tests.warehouse.world import SETTINGS, small_home
from tools.nodes import Nodes

ALL = Query("SELECT count(*) AS n FROM charges")
OF_ONE = Query(
    "SELECT count(*) AS n FROM charges AS f WHERE f.partner = $partner", {"partner": Parameter("INTEGER", 1)}
)


def test_a_node_away(tmp_path: Path, own_nodes: Nodes) -> None:
    home = Home(small_home(tmp_path).path, replace(SETTINGS, cluster=cluster_address(own_nodes.address("w1"))))
    with open_warehouse(home, Journal(home)) as warehouse:
        assert warehouse.engine.rows(ALL) == [{"n": 600}]
        with limited(0), pytest.raises(Refused):
            warehouse.engine.rows(ALL)
        own_nodes.kill(0)
        try:
            # Its part is needed: no answer. It held nothing of this partner: another node answers.
            for _again in range(6):
                with pytest.raises(Unavailable) as told:
                    warehouse.engine.rows(ALL)
                assert "\n" not in str(told.value)
                assert warehouse.engine.rows(OF_ONE) == [{"n": 300}]
        finally:
            own_nodes.start(0)
        assert warehouse.engine.rows(ALL) == [{"n": 600}]
