"""The conditions of a report as chips: what each says, and how it is said otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sodu.entrances.web.asking import PARTNER
from sodu.entrances.web.picking import FIND, OPEN, Words, tidy
from sodu.render.language import Manner, say, translate
from sodu.render.page_periods import FRAME_LABELS, frame_label, period_words
from sodu.reports import vocabulary
from sodu.reports.choices import Choice, Choices, search
from sodu.reports.conditions import Conditions
from sodu.reports.report import Report
from sodu.values.text import Message, Text, mark as _

FOUND_MAX = 20
LISTED_MAX = 60
"""So many choices stand in a chip at once; more are searched for."""

LABELS: dict[str, Text] = {
    "period": _("Period"),
    "account_type": _("Type"),
    "account": _("Account"),
    "service": _("Service"),
    "product_group": _("Product group"),
    "kind": _("Kind"),
    "status": _("Status"),
    "currency": _("Currency"),
    "compare": _("Compare"),
    "by": _("Split by"),
    "as_known_at": _("As known at"),
    "show_zero": _("Empty accounts"),
    PARTNER: _("Partner"),
}
_ALWAYS = ("period", "account_type", "account")
_TYPES = (("both", _("Both")), ("partner", _("Partner")), ("customer", _("Customer")))
_COMPARED = (("previous", _("Period before")), ("year", _("Same period a year before")))
_BUCKETS = (("day", _("Day")), ("week", _("Week")), ("month", _("Month")), ("quarter", _("Quarter")))
_DEFAULTS = {"period": "this-month", "account_type": "both"}


@dataclass(frozen=True)
class Pick:
    """One thing to choose: by a link, or by a box to check."""

    label: str
    value: str = ""
    href: str = ""
    chosen: bool = False
    under: str = ""


@dataclass(frozen=True)
class Chip:
    """One condition."""

    name: str
    label: str
    value: str = ""
    remove: str = ""
    """The address of the question without it; empty where it cannot go."""
    links: tuple[Pick, ...] = ()
    boxes: tuple[Pick, ...] = ()
    more: int = 0
    """How many choices are not shown."""
    search: str = ""
    """What can be searched: accounts, services, partners."""
    sought: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    text: str = ""
    """What stands in the field, where the condition is written."""
    days: tuple[date, date] | None = None
    """The first and last day of the period."""
    open: bool = False


class Chips:
    """Makes the chips of a question."""

    def __init__(self, report: Report, words: Words, manner: Manner, choices: Choices) -> None:
        self._report, self._words, self._manner, self._choices = report, words, manner, choices

    def found(self, name: str) -> Chip:
        """A chip whose choices were searched for."""
        self._words = Words({**self._words.values, OPEN: (name,)})
        make: Callable[[str], Chip] = getattr(self, f"_{name}")
        return make(name)

    def make(self, conditions: Conditions | None) -> tuple[list[Chip], list[Chip]]:
        """The chips that say something, and those of the conditions that are not asked yet."""
        made: dict[str, Chip] = {}
        names = [PARTNER] if self._choices.partners else []
        names += [name for name in LABELS if name in self._report.conditions]
        for name in names:
            make: Callable[[str], Chip] = getattr(self, f"_{name}", self._boxes)
            made[name] = self._finished(replace(make(name), hidden=tuple(self._words.pairs([name]))))
        if conditions is None:
            made["period"] = replace(made["period"], text=self._words.one("period"))
        else:
            made["period"] = self._with_period(made["period"], conditions)
        said = [chip for name, chip in made.items() if name in _ALWAYS or self._words.one(name)]
        return said, [chip for chip in made.values() if chip not in said]

    def _finished(self, chip: Chip) -> Chip:
        return replace(
            chip,
            remove=self._less(chip.name) if self._words.one(chip.name) else "",
            open=chip.open or self._words.one(OPEN) == chip.name,
        )

    def _less(self, name: str) -> str:
        return tidy(self._report, self._words.put(name)).address

    def _translate(self, text: str) -> str:
        return translate(text, self._manner.language)

    def _linked(self, name: str, options: Iterable[tuple[str, str]]) -> Chip:
        now = self._words.one(name) or _DEFAULTS.get(name, "")
        options = list(options)
        links = tuple(
            Pick(
                self._translate(label),
                value,
                tidy(self._report, self._words.put(name, *([] if value == _DEFAULTS.get(name) else [value]))).address,
                value == now,
            )
            for value, label in options
        )
        value = next((self._translate(label) for word, label in options if word == now), now)
        return Chip(name, self._translate(LABELS[name]), value, links=links)

    def _period(self, name: str) -> Chip:
        return self._linked(name, FRAME_LABELS.items())

    def _with_period(self, chip: Chip, conditions: Conditions) -> Chip:
        period = conditions.period
        words = period_words(period, self._manner)
        frame = frame_label(conditions.period_text, self._manner)
        return replace(
            chip,
            value=f"{frame} · {words}" if frame else words[:1].upper() + words[1:],
            days=(period.start, period.end - timedelta(days=1)),
            text="" if frame else conditions.period_text,
        )

    def _account_type(self, name: str) -> Chip:
        return self._linked(name, _TYPES)

    def _compare(self, name: str) -> Chip:
        chip = self._linked(name, _COMPARED)
        now = self._words.one(name)
        return replace(chip, text="" if now in dict(_COMPARED) else now)

    def _by(self, name: str) -> Chip:
        return self._linked(name, _BUCKETS)

    def _currency(self, name: str) -> Chip:
        return self._linked(name, [(code, code) for code in self._choices.currencies])

    def _as_known_at(self, name: str) -> Chip:
        now = self._words.one(name)
        return Chip(name, self._translate(LABELS[name]), now, text=now)

    def _show_zero(self, name: str) -> Chip:
        return self._linked(name, [("yes", _("Shown")), ("no", _("Not shown"))])

    def _status(self, name: str) -> Chip:
        return self._worded(name, vocabulary.STATUSES)

    def _kind(self, name: str) -> Chip:
        return self._worded(name, vocabulary.KINDS)

    def _worded(self, name: str, options: Iterable[tuple[str, str]]) -> Chip:
        return self._checked(name, [Choice(word, self._translate(label), "") for word, label in options])

    def _boxes(self, name: str) -> Chip:
        return self._checked(name, [Choice(group, group, group.casefold()) for group in self._choices.product_groups])

    def _account(self, name: str) -> Chip:
        chip = self._checked(name, self._choices.accounts, "accounts")
        if chip.value:
            return chip
        count = self._manner.number(len(self._choices.accounts))
        return replace(chip, value=say(Message(_("All {count}"), {"count": count}), self._manner.language))

    def _service(self, name: str) -> Chip:
        return self._checked(name, self._choices.services, "services")

    def _partner(self, name: str) -> Chip:
        sought, now = self._sought(name), self._words.one(name)
        found, count = search(self._choices.partners, sought, LISTED_MAX)
        links = tuple(
            Pick(each.name, each.id, self._words.put(name, each.id).less("account").address, each.id == now, each.id)
            for each in found
        )
        value = next((each.name for each in self._choices.partners if each.id == now), now)
        chip = Chip(name, self._translate(LABELS[name]), value, links=links, more=count - len(found))
        return replace(chip, search="partners" if count > LISTED_MAX or sought else "", sought=sought)

    def _sought(self, name: str) -> str:
        return self._words.one(FIND) if self._words.one(OPEN) == name else ""

    def _checked(self, name: str, options: Sequence[Choice], where: str = "") -> Chip:
        chosen = self._words.several(name)
        labels = {each.id: each.name for each in options}
        sought = self._sought(name)
        found, count = search(options, sought, FOUND_MAX if len(options) > LISTED_MAX else LISTED_MAX)
        boxes = [
            Pick(labels.get(id_, id_), id_, chosen=True, under=_under(id_, labels.get(id_) if where else None))
            for id_ in chosen
        ]
        boxes += [
            Pick(each.name, each.id, under=_under(each.id, each.name if where else None))
            for each in found
            if each.id not in chosen
        ]
        more = count - len(found)
        return Chip(
            name,
            self._translate(LABELS[name]),
            self._said(chosen, labels),
            boxes=tuple(boxes),
            more=more,
            search=where if more or sought else "",
            sought=sought,
        )

    def _said(self, chosen: Sequence[str], labels: dict[str, str]) -> str:
        if len(chosen) <= 2:
            return ", ".join(labels.get(id_, id_) for id_ in chosen)
        return say(Message(_("{count} chosen"), {"count": len(chosen)}), self._manner.language)


def _under(id_: str, name: str | None) -> str:
    return id_ if name not in (None, id_) else ""
