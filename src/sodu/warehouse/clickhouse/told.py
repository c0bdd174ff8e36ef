"""What ClickHouse and its driver say, as errors for people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
import urllib3
from clickhouse_connect.driver.exceptions import ClickHouseError, Error

from sodu.values.errors import Damaged, DiskFull, MemoryFull, SoduError, TookTooLong, Unavailable, WrongUsage
from sodu.values.text import mark as _

_STOPPED = {159, 394}
_TOO_MUCH_MEMORY = {241}
_DISK_FULL = {243}
_NOT_LET_IN = {192, 193, 194, 497, 516}
_NO_CLUSTER = {170, 701}
_GONE = {3, 32, 33, 99, 101, 198, 202, 203, 209, 210, 236, 242, 279, 425, 519, 528}
"""A node that another one asked does not answer, or answers no more."""

MISSING = {60, 81}
"""A table or a database is not there."""

_SAID_CHARACTERS = 300
_LOST = ("There is no table", "(UNKNOWN_TABLE)", "(UNKNOWN_DATABASE)")
"""What a node says of one that answers and has lost its tables, as if it did not answer."""
_PLACE = re.compile(r"host='([^']+)', port=([0-9]+)")

SAID = (ClickHouseError, urllib3.exceptions.HTTPError, pa.ArrowException, OSError)
"""What the driver, its connections and readers of answers raise."""


class Missing(Damaged):
    """Tables of the warehouse are not where they should be."""


class Gone(Unavailable):
    """A node does not answer: another one may."""


@contextmanager
def told() -> Iterator[None]:
    """Turn what the driver raises into an error for people."""
    try:
        yield
    except SAID as error:
        raise _meaning(error) from error


def _meaning(error: BaseException) -> SoduError:
    code = error.code if isinstance(error, Error) else None
    whole = " ".join(str(error).split())
    said = whole[:_SAID_CHARACTERS] or type(error).__name__
    if code in MISSING or any(lost in whole for lost in _LOST):
        return Missing(_("tables of the warehouse are missing on a node; run `sodu rebuild`"))
    if code is None or code in _GONE:
        place = _PLACE.search(said)
        return Gone(
            _("a node of the warehouse does not answer; ask again, and see that every node runs ({said})"),
            said=f"{place[1]}:{place[2]}" if place else said,
        )
    if code in _STOPPED:
        return TookTooLong()
    if code in _TOO_MUCH_MEMORY:
        return MemoryFull()
    if code in _DISK_FULL:
        return DiskFull()
    if code in _NOT_LET_IN:
        return WrongUsage(_("SODU_WAREHOUSE: ClickHouse does not let this user in, or not do this"))
    if code in _NO_CLUSTER:
        return WrongUsage(_("SODU_WAREHOUSE: the nodes know no cluster of this name; ?cluster=NAME says another"))
    return Damaged(_("the warehouse could not answer: {said}"), said=said)
