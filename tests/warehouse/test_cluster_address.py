"""SODU_WAREHOUSE is read whole or refused in a sentence that repeats no password."""

from __future__ import annotations

import pytest

from sodu.render.language import translate
from sodu.values.errors import WrongUsage
from sodu.warehouse.cluster_address import ClusterAddress, cluster_address
from sodu.warehouse.settings import Settings


def test_nothing_is_a_file_of_the_home() -> None:
    assert Settings.read({}).cluster is None
    assert cluster_address("") is None


def test_every_part_is_read() -> None:
    assert cluster_address("clickhouse://a:8123,b:8124/sodu") == ClusterAddress((("a", 8123), ("b", 8124)), "sodu")
    address = cluster_address("clickhouses://u:p%40ss@[::1]:8443/w?cluster=big")
    assert address == ClusterAddress((("::1", 8443),), "w", "big", "u", "p@ss", secure=True)
    assert "p@ss" not in str(address)


@pytest.mark.parametrize(
    "text",
    [
        "postgres://a:1/b",
        "clickhouse://a/b",
        "clickhouse://a:0/b",
        "clickhouse://a:65536/b",
        "clickhouse://a:8123",
        "clickhouse://a:8123/b-c",
        "clickhouse://a:8123,/b",
        "clickhouse://u:secret@a:8123/b?x=1",
        "warehouse.duckdb",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(WrongUsage, match="SODU_WAREHOUSE") as told:
        Settings.read({"SODU_WAREHOUSE": text})
    assert "secret" not in str(told.value)
    assert translate(told.value.message.template, "vi") != told.value.message.template
