"""What an answer says of itself, for people: labels and sentences in their language."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sodu import __version__
from sodu.render.language import day, instant, say, translate
from sodu.render.sheet_rows import NEW
from sodu.render.statement import is_new
from sodu.reports.column import Column, Kind
from sodu.reports.table import Check, ResultTable
from sodu.values.text import Message, mark as _


def before_rows(table: ResultTable, language: str) -> list[tuple[str, str]]:
    """The question and its circumstances, as pairs of a label and its text."""
    header = table.header
    last = header.period_end - timedelta(days=1)
    period = Message(_("{start} to {end}"), {"start": day(header.period_start, language), "end": day(last, language)})
    if not header.period_over:
        period = Message(_("{period}, which is not over yet"), {"period": period})
    known = Message(_("journal number {seq}, of {time} UTC"), {"seq": str(header.known.seq), "time": _recorded(table)})
    none = _("nothing")
    through = instant(header.data_through, header.zone, language) if header.data_through else translate(none, language)
    pairs = [
        (_("Report"), translate(header.title, language)),
        (_("Period"), say(period, language)),
        (_("Time zone"), header.zone),
        *((_("Condition"), say(sentence, language)) for sentence in header.sentences),
        (_("As known at"), say(known, language) if header.known.recorded_at else translate(none, language)),
        (_("Data through"), through),
    ]
    return [(translate(label, language), text) for label, text in pairs]


def row_count(table: ResultTable, shown: int, language: str) -> str:
    """How many rows there are, and how many of them stand here."""
    count = Message(_("{count}"), {"count": table.row_count})
    if shown != table.row_count:
        count = Message(_("{shown} of {count}"), {"shown": shown, "count": table.row_count})
    return say(count, language)


def maker() -> str:
    """Who made the file."""
    return f"Sodu {__version__}"


def check_result(check: Check, language: str) -> str:
    """Whether a check holds, in a word and a sign."""
    return translate(_("✓ holds"), language) if check.ok else translate(_("✗ fails"), language)


def total_label(table: ResultTable, total: dict[str, Any], language: str) -> str:
    """The name of a total: its currency, and its account type where there are several."""
    currency = str(total.get("currency") or "")
    several = len({each.get("account_type") for each in table.totals}) > 1
    if not several:
        return say(Message(_("Total {currency}"), {"currency": currency}), language)
    template = _ACCOUNT_TYPES.get(str(total.get("account_type")), _("Total {currency}"))
    return say(Message(template, {"currency": currency}), language)


_ACCOUNT_TYPES = {
    "partner": _("Total {currency}, partner accounts"),
    "customer": _("Total {currency}, customer accounts"),
    "both": _("Total {currency}, all accounts"),
}


def change_word(column: Column, row: dict[str, Any], language: str) -> str | None:
    """The word "new" for a rate of change that has nothing before it; None for any other."""
    if column.kind is Kind.CHANGE_RATE and row.get(column.name) is None and is_new(column, row):
        return translate(NEW, language)
    return None


def choice_word(column: Column, value: str, language: str) -> str:
    """A choice's word for people."""
    labels = dict(column.choices)
    return translate(labels[value], language) if value in labels else value


def _recorded(table: ResultTable) -> str:
    return table.header.known.recorded_at.replace("T", " ").removesuffix("Z").removesuffix("+00:00")
