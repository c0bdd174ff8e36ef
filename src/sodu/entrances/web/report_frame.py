"""Around a report's table: conditions, tabs, the choice of columns, pages, proof, and ways out of an empty answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from sodu.entrances.web.asking import PARTNER, Asked
from sodu.entrances.web.chips import Chip, Chips, Pick
from sodu.entrances.web.picking import OPEN, Words, columns_of, tidy
from sodu.entrances.web.report_page import Answered, entity_of, order_of
from sodu.render.labels import label_of
from sodu.render.language import Manner, say, translate
from sodu.render.page import Page
from sodu.render.page_periods import capital, period_words
from sodu.reports.catalog import REPORTS
from sodu.reports.charted import has_chart
from sodu.reports.choices import Choices
from sodu.reports.conditions import SHARED, Conditions
from sodu.reports.report import Report
from sodu.reports.table import ResultTable
from sodu.values import period as periods
from sodu.values.limits import SEARCH_CHARACTERS_MAX
from sodu.values.period import Period
from sodu.values.text import Message, mark as _

PAGE_SIZES = (50, 100, 500)
COLUMNS = "columns"
_CARRIED = (*SHARED, "status", "compare", "by", "show_zero", "limit", PARTNER)


@dataclass(frozen=True)
class ColumnPick:
    """A column in the list of those to choose from."""

    name: str
    label: str
    shown: bool
    first: bool
    last: bool


@dataclass(frozen=True)
class Frame:
    """What stands on a report's page whatever the answer."""

    report: Report
    words: Words
    manner: Manner
    back: str | None

    def refused(self, choices: Choices, asked: Asked | None, error: Message | None = None) -> dict[str, Any]:
        """The page without an answer: the conditions stay as they were written, the wrong one open."""
        words = self.words
        if error and (wrong := error.template.partition(":")[0]) in words.values:
            words = Words({**words.values, OPEN: (wrong,)})
        said, unsaid = Chips(self.report, words, self.manner, choices).make(asked.conditions if asked else None)
        return {
            **self._addresses(),
            "error": error,
            "words": self.words.values,
            "tabs": tuple(self._tabs(None if error else words)),
            "chips": said,
            "more_chips": unsaid,
            "more_open": any(chip.open for chip in unsaid),
            "searched": words.one("search"),
            "search_hidden": words.pairs(["search"]),
            "search_most": SEARCH_CHARACTERS_MAX,
            "back": self.back,
            "clear": len(self.words.values) > 0,
        }

    def shown(self, found: Answered, choices: Choices) -> dict[str, Any]:
        """The page of an answer."""
        page = found.page()
        frame = self.refused(choices, found.asked)
        return frame | {
            "asked": found.asked,
            "is_drawn": has_chart(self.report, found.asked.conditions),
            "query": found.asked.query,
            "table": found.table,
            "page": page,
            "found": found,
            "sentence": found.sentence(),
            "rows_said": self._rows_said(found),
            "sizes": self._sizes(found),
            "currencies": self._currencies(choices),
            "first_page": self.words.put("after").address,
            **self._columns_chip(found.asked.conditions),
            "groupings": self._groupings(found),
            "nothing": self._nothing(frame["chips"]),
            "widen": list(self._wider(frame["chips"], found)) if not page.rows_shown else [],
            "proof": self._proof(found, page),
        }

    def _tabs(self, words: Words | None) -> Iterator[tuple[str, str, str]]:
        """The reports of the menu's entry: slug, title, and the words that go along."""
        for report in REPORTS:
            if report.menu == self.report.menu:
                kept = {
                    name: values
                    for name, values in (words.values.items() if words else ())
                    if name in _CARRIED and (name in report.conditions or name == PARTNER)
                }
                yield report.slug, report.title, Words(kept).text

    def _say(self, text: Message) -> str:
        return say(text, self.manner.language)

    def _rows_said(self, found: Answered) -> str:
        number = self.manner.number
        first, last = found.first, found.first + len(found.rows) - 1
        places = {"first": number(first), "last": number(last), "count": number(found.table.row_count)}
        if len(found.rows) == found.table.row_count:
            return self._say(Message(_("Rows: {count}"), places))
        return self._say(Message(_("Rows {first} to {last} of {count}"), places))

    def _sizes(self, found: Answered) -> list[Pick]:
        if found.table.row_count <= PAGE_SIZES[0]:
            return []
        now = found.asked.conditions.limit
        return [
            Pick(self.manner.number(size), str(size), self.words.put("limit", str(size)).address, size == now)
            for size in PAGE_SIZES
        ]

    def _currencies(self, choices: Choices) -> list[Pick]:
        """The currencies to look at one by one."""
        if len(choices.currencies) < 2:
            return []
        now = self.words.one("currency")
        every = Pick(translate(_("All"), self.manner.language), "", self.words.put("currency").address, not now)
        return [
            every,
            *(Pick(code, code, self.words.put("currency", code).address, code == now) for code in choices.currencies),
        ]

    def opened(self, choices: Choices, asked: Asked | None) -> dict[str, Any] | None:
        """What opens a chip; None where the one that is to be open is not there."""
        about = self._addresses()
        if self.words.one(OPEN) == COLUMNS:
            return about | self._columns_chip(asked.conditions) if asked else None
        said, unsaid = Chips(self.report, self.words, self.manner, choices).make(asked.conditions if asked else None)
        chip = next((chip for chip in (*said, *unsaid) if chip.open), None)
        return about | {"chip": chip, "is_said": chip in said} if chip else None

    def _addresses(self) -> dict[str, Any]:
        slug = self.report.slug
        return {
            "report": self.report,
            "page_path": reverse("report", args=[slug]),
            "condition": reverse("condition", args=[slug]),
        }

    def _columns_chip(self, conditions: Conditions) -> dict[str, Any]:
        """The choice of columns, where it is open."""
        if self.words.one(OPEN) != COLUMNS:
            return {"columns_address": self.words.put(OPEN, COLUMNS).address}
        return {
            "columns": self._columns(conditions),
            "columns_default": self.words.put(COLUMNS).address,
            "columns_hidden": self.words.pairs([COLUMNS]),
        }

    def _columns(self, conditions: Conditions) -> list[ColumnPick]:
        known = {
            column.name: column
            for column in columns_of(self.report, conditions.by or "", conditions.compare_text or "")
        }
        shown = list(conditions.columns) or list(known)
        order = [*shown, *(name for name in known if name not in shown)]
        return [
            ColumnPick(
                name, label_of(known[name], self.manner.language), name in shown, name == shown[0], name == shown[-1]
            )
            for name in order
        ]

    def _groupings(self, found: Answered) -> list[Pick]:
        """By what the rows of a `by` may stand together."""
        by = found.asked.conditions.by
        if not by:
            return []
        entity, language = entity_of(self.report), self.manner.language
        columns = {column.name: column for column in columns_of(self.report, by, "")}
        now = next(name for name in order_of(found.asked) if name.removeprefix("-") != "currency")
        return [
            Pick(translate(columns[by].label, language), by, self.words.put("sort").address, now == by),
            Pick(
                translate(columns[entity].label, language),
                entity,
                self.words.put("sort", f"currency,{entity}").address,
                now == entity,
            ),
        ]

    @staticmethod
    def _nothing(chips: list[Chip]) -> str:
        """What an empty answer was asked, a condition after the other."""
        return " · ".join(f"{chip.label}: {chip.value}" for chip in chips)

    def _wider(self, chips: list[Chip], found: Answered) -> Iterator[Pick]:
        """What an empty answer may be asked with instead."""
        latest = _last_month(found.table)
        if latest and latest != found.asked.conditions.period:
            words, month = {"period": capital(period_words(latest, self.manner))}, f"{latest.start:%Y-%m}"
            label = self._say(Message(_("{period}, where the data ends"), words))
            yield Pick(label, month, self.words.put("period", month).address)
        year = str(found.asked.conditions.period.start.year)
        if self.words.one("period") != year:
            label = self._say(Message(_("All of {year}"), {"year": year}))
            yield Pick(label, year, self.words.put("period", year).address)
        for chip in chips:
            if chip.remove and chip.name not in ("period", "compare", "by"):
                places = {"label": chip.label, "value": chip.value}
                yield Pick(self._say(Message(_("Without {label}: {value}"), places)), chip.name, chip.remove)

    def _proof(self, found: Answered, page: Page) -> dict[str, str]:
        header, manner = found.table.header, self.manner
        permanent = tidy(self.report, self.words.put("as_known_at", str(header.known.seq)))
        return {
            "hold": self._say(Message(_("All checks hold ({count})"), {"count": len(page.checks)})),
            "rows": self._say(Message(_("Rows: {count}"), {"count": manner.number(found.table.row_count)})),
            "through": manner.instant(header.data_through) if header.data_through else "",
            "seq": manner.number(header.known.seq),
            "permanent": permanent.address,
            "zone": manner.zone,
            "sha256": found.table.sha256,
        }


def _last_month(table: ResultTable) -> Period | None:
    """The month in which the data of the scope ends."""
    if table.header.data_through is None:
        return None
    day = table.header.data_through.replace(tzinfo=UTC).astimezone(ZoneInfo(table.header.zone)).date()
    return periods.parse(f"{day:%Y-%m}", day)
