"""Control totals: what the rows of a batch sum to, and whether a file holds what its sender says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from sodu.values.errors import LoadRefused, RowError, WrongUsage
from sodu.values.money import add, plain
from sodu.values.text import Message, mark as _
from sodu.warehouse.facts import BY_NAME, Table
from sodu.warehouse.loading.request import Totals
from sodu.warehouse.loading.sieve import Sieve
from sodu.warehouse.loading.staging import Staged

_EXPECTED = re.compile(r"(?:([a-z_]+)\.)?(?:(rows)|([a-z_]+)\[([A-Z]{3}|CREDIT)\])")


def totals_of(sieve: Sieve, table: Table, rows: str) -> Totals:
    """The sum of each amount of a relation's rows, by column and currency."""
    if not table.amounts:
        return {}
    sums = ", ".join(f"sum({column})" for column in table.amounts)
    found = sieve.run(f"SELECT currency, {sums} FROM {rows} WHERE currency IS NOT NULL GROUP BY currency ORDER BY 1")
    return {
        column: {currency: values[index] for currency, *values in found if values[index] is not None}
        for index, column in enumerate(table.amounts)
    }


def check_words(expect: Mapping[str, Decimal | int]) -> None:
    """Raise WrongUsage for the name of a control total that no table has."""
    for name in expect:
        match = _EXPECTED.fullmatch(name)
        tables = [BY_NAME.get(match[1])] if match and match[1] else list(BY_NAME.values())
        column = match and (match[2] or match[3])
        if not any(table and (column == "rows" or column in table.amounts) for table in tables):
            raise WrongUsage(
                _("expect: '{name}' is no control total; use rows, amount[VND] or charges.customer_amount[VND]"),
                name=name,
            )


def check_expected(sieve: Sieve, expect: Mapping[str, Decimal | int], staged: Iterable[Staged]) -> None:
    """Raise LoadRefused where whole files, duplicates included, do not hold what their sender says."""
    sources = list(staged)
    errors = []
    for name, expected in expect.items():
        match = _EXPECTED.fullmatch(name)
        assert match, "check_words has seen it"
        found = _found(sieve, sources, match)
        if found != expected:
            message = Message(
                _("the files hold {found} where {name}={expected} was expected"),
                {"found": plain(Decimal(found)), "name": name, "expected": plain(Decimal(expected))},
            )
            files = ", ".join(dict.fromkeys(source.source.file.name for source in sources))
            errors.append(RowError(files, None, match[3], "control_total", message, plain(Decimal(found))))
    if errors:
        raise LoadRefused(_("nothing was loaded; control totals that are not met: {count}"), errors, len(errors))


def _found(sieve: Sieve, sources: list[Staged], match: re.Match[str]) -> Decimal | int:
    table, rows, column, currency = match.groups()
    concerned = [staged for staged in sources if table in (None, staged.table.name)]
    if rows:
        return sum(staged.rows for staged in concerned)
    found = [
        totals_of(sieve, staged.table, f"read_parquet('{staged.path}')").get(column, {}).get(currency, Decimal(0))
        for staged in concerned
    ]
    return add(*found)
