"""The cluster that the three-way comparison asks."""

from tests.warehouse.clickhouse.conftest import nodes

__all__ = ["nodes"]
