"""The one door to the engine of several machines: what speaks with it is imported when it is used."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from sodu.values.errors import WrongUsage
from sodu.values.text import mark as _
from sodu.warehouse.cluster_address import ClusterAddress
from sodu.warehouse.home import Home

if TYPE_CHECKING:
    from sodu.warehouse.clickhouse.cluster import Cluster


def on_cluster(home: Home, address: ClusterAddress) -> AbstractContextManager[Cluster]:
    """The cluster that holds a home's warehouse; raises WrongUsage where what speaks with it is not installed."""
    try:
        from sodu.warehouse.clickhouse import cluster
    except ModuleNotFoundError as error:
        raise WrongUsage(
            _("SODU_WAREHOUSE: {missing} is not installed; install what requirements-scale.txt names"),
            missing=error.name,
        ) from error
    return cluster.opened(home, address)
