"""What an answer of the product says otherwise than the oracle."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from .ledger import Answer, key_of
from .periods import ZONE
from .product import Reply
from .question import Row

INSTANTS = ("occurred_at", "service_from", "service_to", "requested_at", "decided_at")
TOTALS_KEY = ("account_type", "currency")


def differences(slug: str, by: object, expected: Answer, reply: Reply) -> Iterator[str]:
    """Each difference in a line: period, count, rows, totals, and checks that failed."""
    yield from _period(expected, reply.get("period"))
    if reply.get("row_count") != len(expected.rows):
        yield f"row_count: expected {len(expected.rows)}, got {reply.get('row_count')!r}"
    expected_rows = {key_of(slug, row, by): row for row in expected.rows}
    yield from _rows("row", expected_rows, _keyed(slug, by, reply.get("rows")))
    totals = _listed(reply.get("totals"))
    keyed_totals = [(tuple(t.get(n) for n in TOTALS_KEY), t) for t in totals]
    yield from _rows("total", {tuple(t[n] for n in TOTALS_KEY): t for t in expected.totals}, keyed_totals)
    for check in _listed(reply.get("checks")):
        if check.get("ok") is not True:
            yield f"check failed: {check.get('name')}: {check.get('detail')}"


def _period(expected: Answer, period: object) -> Iterator[str]:
    period = period if isinstance(period, Mapping) else {}
    for name, instant in (("start", expected.period.start), ("end", expected.period.end)):
        if not _same_instant(instant.isoformat(), period.get(name)):
            yield f"period {name}: expected {instant.isoformat()}, got {period.get(name)!r}"


def _keyed(slug: str, by: object, rows: object) -> list[tuple[tuple[object, ...], Row]]:
    return [(key_of(slug, row, by), row) for row in _listed(rows)]


def _rows(
    what: str,
    expected: Mapping[tuple[object, ...], Row],
    got: Sequence[tuple[tuple[object, ...], Row]],
) -> Iterator[str]:
    """Rows that are missing, too many or other than expected."""
    found = dict(got)
    if len(found) < len(got):
        yield f"{what}s: {len(got) - len(found)} with the key of another"
    for key in sorted(expected.keys() - found.keys(), key=repr):
        yield f"{what} {key}: missing; expected {expected[key]}"
    for key in sorted(found.keys() - expected.keys(), key=repr):
        yield f"{what} {key}: not expected; got {found[key]}"
    for key in sorted(expected.keys() & found.keys(), key=repr):
        yield from (f"{what} {key}: {line}" for line in _values(expected[key], found[key]))


def _values(expected: Row, got: Row) -> Iterator[str]:
    for name, value in expected.items():
        if name not in got:
            yield f"{name}: missing; expected {value!r}"
        elif not _same(name, value, got[name]):
            yield f"{name}: expected {value!r}, got {got[name]!r}"


def _same(name: str, expected: object, got: object) -> bool:
    """Equal as texts: a count may come as a number or a string, a decimal as a string only."""
    if expected is None or got is None:
        return expected is got
    if name in INSTANTS:
        return _same_instant(str(expected), got)
    if isinstance(got, float):
        return False
    return str(expected) == str(got)


def _same_instant(expected: str, got: object) -> bool:
    """The same instant, written in the reporting zone."""
    try:
        instant = datetime.fromisoformat(str(got))
    except ValueError:
        return False
    in_zone = instant.utcoffset() == instant.replace(tzinfo=ZONE).utcoffset()
    return in_zone and instant == datetime.fromisoformat(expected)


def _listed(rows: object) -> list[Row]:
    return [dict(row) for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
