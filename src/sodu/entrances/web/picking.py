"""From what is picked on a page to the question's words: forms say more than the question has words for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from sodu.entrances.web.asking import BACK, PARTNER, quoted
from sodu.reports import vocabulary
from sodu.reports.answers.comparison import compared_names, with_comparison
from sodu.reports.column import Column
from sodu.reports.conditions import CONDITIONS
from sodu.reports.report import Report

PICKED, OPEN, START, FIND = "picked", "open", "start", "find"
"""Words of a page alone: what a form was about, the chip that is open, the first row's number, what is looked for."""
_FROM, _TO, _SHOW, _MOVE = "period_from", "period_to", "show", "move"
_OF_THE_PAGE = (PICKED, OPEN, START, FIND, _FROM, _TO, _SHOW, _MOVE)
_PLACES = {name: place for place, name in enumerate((*CONDITIONS, PARTNER, BACK, OPEN, START, FIND))}
"""In which order words stand in an address."""


@dataclass(frozen=True)
class Words:
    """A question's words, and the page's own, as they stand in an address."""

    values: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, query: QueryDict) -> Words:
        """The words of a query string; empty ones are not said."""
        return cls({name: kept for name, all_ in query.lists() if (kept := tuple(str(v) for v in all_ if v != ""))})

    def one(self, name: str) -> str:
        """The first value of a word, or nothing."""
        return next(iter(self.values.get(name, ())), "")

    def several(self, name: str) -> tuple[str, ...]:
        """All values of a word."""
        return self.values.get(name, ())

    def put(self, name: str, *values: str) -> Words:
        """The words with a word said otherwise, or no more; a page of the rows is one of other rows then."""
        kept = {
            key: value
            for key, value in self.values.items()
            if key not in (name, "after", *_OF_THE_PAGE) or (key == "after" and name in (OPEN, FIND))
        }
        return Words(kept | ({name: values} if values else {}))

    def around(self, name: str) -> tuple[str, str]:
        """What stands before and after a word's value in the address that says it otherwise."""
        before, after = re.split(f"(?<=[?&]{name}=)", self.put(name, "").address, maxsplit=1)
        return before, after

    def less(self, *names: str) -> Words:
        """The words without some."""
        words = self
        for name in names:
            words = words.put(name)
        return words

    def asked(self) -> QueryDict:
        """The question without the page's own words."""
        return QueryDict(Words({name: v for name, v in self.values.items() if name not in _OF_THE_PAGE}).text)

    def pairs(self, but: Iterable[str] = ()) -> list[tuple[str, str]]:
        """Names and values one by one, for a form's hidden fields."""
        left_out = {*but, "after", *_OF_THE_PAGE}
        return [(name, value) for name, values in self._ordered() if name not in left_out for value in values]

    @property
    def text(self) -> str:
        """As a query string, always in the same order."""
        return "&".join([f"{quoted(name)}={quoted(value)}" for name, values in self._ordered() for value in values])

    @property
    def address(self) -> str:
        """As what follows a page's path."""
        return f"?{self.text}"

    def _ordered(self) -> list[tuple[str, tuple[str, ...]]]:
        return sorted(self.values.items(), key=lambda item: _PLACES.get(item[0], len(_PLACES)))


def picked(report: Report, words: Words) -> Words | None:
    """The question that a form on the page means; None where the words come from no form."""
    about = words.one(PICKED)
    if not about:
        return None
    if about == "columns":
        return _columns(report, words)
    if about == "period" and (words.one(_FROM) or words.one(_TO)):
        first, last = words.one(_FROM), words.one(_TO)
        return words.put("period", f"{first or last}..{last or first}")
    asked = tidy(report, words.put(about, *words.several(about)))
    if words.one(OPEN) != about:
        return asked
    return Words({**asked.values, OPEN: (about,), FIND: words.several(FIND)})


def columns_of(report: Report, by: str, compare: str) -> tuple[Column, ...]:
    """All columns that an answer has."""
    columns = with_comparison(report.columns, compared_names(report)) if compare else report.columns
    return (vocabulary.BUCKETS[by], *columns) if by in vocabulary.BUCKETS else tuple(columns)


def tidy(report: Report, words: Words) -> Words:
    """The words, columns and order fitted to what the answer has: a comparison and a `by` bring and take columns."""
    by, compare = words.one("by"), words.one("compare")
    known = {column.name: column for column in columns_of(report, by, compare)}
    sort = [name for name in words.one("sort").split(",") if name.removeprefix("-") in known]
    words = words.put("sort", *([",".join(sort)] if sort else []))
    if not words.one("columns"):
        return words
    shown = [name for name in words.one("columns").split(",") if name in known]
    if by in known and by not in shown:
        shown.insert(0, by)
    if compare and not any(known[name].base for name in shown):
        shown = [name for base in shown for name in (base, *(n for n, column in known.items() if column.base == base))]
    return words.put("columns", ",".join(shown)) if shown else words.put("columns")


def _columns(report: Report, words: Words) -> Words:
    """What a form of the columns asks for: those that are checked, in order, one of them moved."""
    known = [column.name for column in columns_of(report, words.one("by"), words.one("compare"))]
    shown = [name for name in dict.fromkeys(words.several(_SHOW)) if name in known]
    way, _colon, name = words.one(_MOVE).partition(":")
    if name in shown:
        place = shown.index(name)
        other = place + (1 if way == "down" else -1)
        if 0 <= other < len(shown):
            shown[place], shown[other] = shown[other], shown[place]
    asked = words.put("columns", *([",".join(shown)] if shown and shown != known else []))
    return asked.put(OPEN, "columns") if way else asked
