"""Batches get into a cluster whole and once, whoever brings them, and whatever dies on the way."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sodu.values.errors import Damaged, Refused, Unavailable
from sodu.warehouse.check import check
from sodu.warehouse.clickhouse import intake
from sodu.warehouse.clickhouse.intake import Intake
from sodu.warehouse.cluster_address import cluster_address
from sodu.warehouse.engine import Query
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.opening import open_warehouse, refresh
from sodu.warehouse.rebuild import rebuild
from sodu.warehouse.withdraw import withdraw
from tests.warehouse.clickhouse.conftest import OnCluster
from tests.warehouse.world import ENVIRONMENT, FACTS, NOW, SETTINGS, charges, descriptions, entries, loaded, small_home
from tools.nodes import Nodes

_TABLES = (
    *(f"{kind}_keys" for kind in ("partner", "account", "service", "currency")),
    *(f"{kind}_versions" for kind in ("partner", "account", "service", "discount")),
    *FACTS,
    *(f"{fact}_presence" for fact in FACTS),
)


@pytest.fixture
def home(tmp_path: Path, on_cluster: OnCluster) -> Home:
    """A home with some batches, none of which the cluster has."""
    return Home(small_home(tmp_path).path, on_cluster())


def _all(home: Home) -> dict[str, list[dict[str, Any]]]:
    """All that a warehouse holds, without an order."""
    found = {}
    with open_warehouse(home, Journal(home)) as warehouse:
        for table in _TABLES:
            rows = warehouse.engine.rows(Query(f"SELECT * FROM {table}"))
            for row in rows if table.endswith("_keys") else ():
                row.pop("seq", None)
            found[table] = sorted(rows, key=repr)
    return found


def _as_in_a_file(home: Home) -> bool:
    found = _all(home)
    return found == _all(Home(home.path, SETTINGS))


def _is_sound(home: Home) -> bool:
    return all(finding.ok for finding in check(home))


def test_a_cluster_holds_what_a_file_holds(home: Home) -> None:
    assert _as_in_a_file(home)
    loaded(home, charges(home.path / "more", 600, 200), entries(home.path / "more", 40, 10))
    assert _as_in_a_file(home)
    assert _is_sound(home)


def test_facts_are_shared_out(home: Home) -> None:
    refresh(home, Journal(home))
    with _cluster(home) as cluster:
        held = [
            cluster._nodes.rows(node, f"SELECT count() FROM {cluster.engine.database}.charges_local")[0][0]
            for node in cluster._nodes.address.nodes
        ]
    assert sum(held) == 600
    assert len([count for count in held if count]) == 2


def test_taking_in_again_changes_nothing(home: Home) -> None:
    refresh(home, Journal(home))
    before = _all(home)
    journal = Journal(home)
    with _cluster(home) as cluster:
        batches = journal.batches()
        # As a process does that read `applied` before another one had written it.
        Intake(home, cluster._nodes, cluster.engine.database).take([], batches, lambda *_: None)
        assert len(cluster.applied()) == len(batches)
    assert _all(home) == before


def test_many_processes_take_in_the_same(home: Home) -> None:
    refresh(home, Journal(home))
    loaded(home, charges(home.path / "more", 600, 500))
    errors: list[BaseException] = []

    def take() -> None:
        try:
            with _cluster(home) as cluster:
                rows = Journal(home).rows()
                applied = cluster.applied()
                batches = [row for row in Journal(home).batches() if row.seq > max(known[0] for known in applied)]
                assert len(rows) == 7
                Intake(home, cluster._nodes, cluster.engine.database).take(applied, batches, lambda *_: None)
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert _as_in_a_file(home)


_TAKE_IN = """
import sys
from pathlib import Path
from sodu.warehouse.clickhouse import nodes
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.opening import refresh
import os
left = int(sys.argv[2])
send = nodes.Nodes.insert
def insert(*words):
    global left
    if not left:
        os.kill(os.getpid(), 9)
    left -= 1
    send(*words)
nodes.Nodes.insert = insert
home = Home.open(sys.argv[1])
refresh(home, Journal(home))
"""


@pytest.mark.parametrize("inserts", [0, 2, 4, 6, 7, 8, 9])
def test_a_process_killed_on_the_way(home: Home, inserts: int) -> None:
    refresh(home, Journal(home))
    loaded(home, descriptions(home.path / "more", accounts=5) / "accounts.csv")
    loaded(home, charges(home.path / "more", 600, 500))
    assert _killed_after(home, inserts) == -9
    assert _as_in_a_file(home)
    assert _is_sound(home)


def test_a_process_killed_while_it_builds(home: Home) -> None:
    assert _killed_after(home, 12) == -9
    assert _as_in_a_file(home)


def _killed_after(home: Home, inserts: int) -> int:
    environment = ENVIRONMENT | {"SODU_WAREHOUSE": str(home.settings.cluster), "SODU_MEMORY": "500MB"}
    words = [sys.executable, "-c", _TAKE_IN, str(home.path), str(inserts)]
    return subprocess.run(words, env=environment, check=False).returncode


def test_half_a_batch_without_its_tokens(home: Home) -> None:
    refresh(home, Journal(home))
    loaded(home, charges(home.path / "more", 600, 500))
    with _cluster(home) as cluster:
        database = cluster.engine.database
        half = f"INSERT INTO {database}.charges SELECT * REPLACE (7 AS seq) FROM {database}.charges LIMIT 40"
        cluster._nodes.do(cluster._nodes.address.nodes[0], half, {"distributed_foreground_insert": 1})
    assert _as_in_a_file(home)
    assert _is_sound(home)


def test_a_node_killed_while_a_batch_comes_in(
    tmp_path: Path, own_nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(SETTINGS, cluster=cluster_address(own_nodes.address("w1")))
    home = Home(small_home(tmp_path).path, settings)
    refresh(home, Journal(home))
    loaded(home, charges(home.path / "more", 600, 500))
    send = intake.Nodes.insert

    def insert(*words: Any) -> None:
        if words[3] == "charges" and own_nodes.is_up(1):
            own_nodes.kill(1)
        send(*words)

    with monkeypatch.context() as patched:
        patched.setattr(intake.Nodes, "insert", insert)
        with pytest.raises(Unavailable) as told:
            refresh(home, Journal(home))
    assert "does not answer" in str(told.value)
    assert "\n" not in str(told.value)
    own_nodes.start(1)
    assert _as_in_a_file(home)
    assert _is_sound(home)


def test_building_anew_while_others_read(home: Home) -> None:
    journal = Journal(home)
    with open_warehouse(home, journal) as reading:
        question = Query("SELECT count(*) AS n FROM charges")
        assert reading.engine.rows(question) == [{"n": 600}]
        assert rebuild(home, journal) == 6
        assert reading.engine.rows(question) == [{"n": 600}]
    assert _as_in_a_file(home)


def test_withdrawn_batches_are_there_and_do_not_count(home: Home) -> None:
    withdraw(home, 6, "tester", NOW)
    assert _as_in_a_file(home)
    with open_warehouse(home, Journal(home)) as warehouse:
        assert warehouse.known().withdrawn == (6,)


def test_what_was_changed_by_hand_is_found(home: Home) -> None:
    refresh(home, Journal(home))
    with _cluster(home) as cluster:
        cluster._nodes.do(
            cluster._nodes.address.nodes[0],
            f"INSERT INTO {cluster.engine.database}.charges SELECT * FROM {cluster.engine.database}.charges WHERE seq = 5 LIMIT 1",
            {"distributed_foreground_insert": 1},
        )
    wrong = [finding for finding in check(home) if not finding.ok]
    assert [finding.detail.parameters for finding in wrong] == [{"seqs": "5"}]


def test_another_zone_is_another_warehouse(home: Home) -> None:
    refresh(home, Journal(home))
    other = Home(home.path, replace(home.settings, zone="Europe/Berlin"))
    with pytest.raises(Damaged, match="sodu rebuild"):
        refresh(other, Journal(other))
    rebuild(other, Journal(other))
    assert _all(other) == _all(Home(home.path, replace(SETTINGS, zone="Europe/Berlin")))


@pytest.mark.parametrize(("most", "refused"), [(679, True), (680, False), (681, False)])
def test_no_more_facts_than_sums_are_certain_of(
    home: Home, monkeypatch: pytest.MonkeyPatch, most: int, *, refused: bool
) -> None:
    monkeypatch.setattr(intake, "CLUSTER_FACTS_MAX", most)
    if refused:
        with pytest.raises(Refused, match="680"):
            refresh(home, Journal(home))
    else:
        refresh(home, Journal(home))


def _cluster(home: Home) -> Any:
    from sodu.warehouse.on_cluster import on_cluster

    assert home.settings.cluster
    return on_cluster(home, home.settings.cluster)
