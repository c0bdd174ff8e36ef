"""The conditions of a report as chips: what each says, and how it is said otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sodu.entrances.web.asking import PARTNER
from sodu.entrances.web.picking import FIND, OPEN, Words, tidy
from sodu.render.language import Manner, say, translate
from sodu.render.page_periods import FRAME_LABELS, capital, frame_label, period_words
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
    "discount": _("Discount"),
    "kind": _("Kind"),
    "status": _("Status"),
    "currency": _("Currency"),
    "compare": _("Compare"),
    "by": _("Split by"),
    "search": _("Search"),
    "as_known_at": _("As known at"),
    "show_zero": _("Empty accounts"),
    PARTNER: _("Partner"),
}
NOT_CHOSEN = ("search", "discount")
"""Those that no list offers: one is written in a field of its own, to the other figures lead."""
_ALWAYS = ("period", "account_type", "account")
_LINKED: dict[str, Sequence[tuple[str, str]]] = {
    "period": tuple(FRAME_LABELS.items()),
    "account_type": (("both", _("Both")), ("partner", _("Partner")), ("customer", _("Customer"))),
    "compare": (("previous", _("Period before")), ("year", _("Same period a year before"))),
    "by": (("day", _("Day")), ("week", _("Week")), ("month", _("Month")), ("quarter", _("Quarter"))),
    "show_zero": (("yes", _("Shown")), ("no", _("Not shown"))),
}
_WORDED = {"status": vocabulary.STATUSES, "kind": vocabulary.KINDS}
_SEARCHED = {"account": "accounts", "service": "services"}
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
    """One condition: what it says and, where it is open, what else it may say."""

    name: str
    label: str = ""
    value: str = ""
    remove: str = ""
    """The address of the question without it; empty where it cannot go."""
    address: str = ""
    """The page with this chip open."""
    open: bool = False
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


class Chips:
    """Makes the chips of a question."""

    def __init__(self, report: Report, words: Words, manner: Manner, choices: Choices) -> None:
        self._report, self._words, self._manner, self._choices = report, words, manner, choices
        self._opening, self._after_opening = words.around(OPEN)

    def found(self, name: str) -> Chip:
        """A chip whose choices were searched for."""
        self._words = Words({**self._words.values, OPEN: (name,)})
        return self._content(name)

    def make(self, conditions: Conditions | None) -> tuple[list[Chip], list[Chip]]:
        """The chips that say something, and those of the conditions that are not asked yet."""
        names = [PARTNER] if self._choices.partners else []
        names += [name for name in LABELS if name in self._report.conditions]
        said = [name for name in names if name in _ALWAYS or self._words.one(name)]
        return (
            [self._chip(name, conditions) for name in said],
            [self._chip(name, conditions) for name in names if name not in (*said, *NOT_CHOSEN)],
        )

    def _chip(self, name: str, conditions: Conditions | None) -> Chip:
        """What a condition says; what it offers is made for the one that is open."""
        is_open = self._words.one(OPEN) == name
        chip = replace(
            self._content(name) if is_open else Chip(name),
            label=self._translate(LABELS[name]),
            value=self._value(name, conditions),
            remove=tidy(self._report, self._words.put(name)).address if self._words.one(name) else "",
            address=f"{self._opening}{name}{self._after_opening}",
            open=is_open,
        )
        if not is_open:
            return chip
        chip = replace(chip, hidden=tuple(self._words.pairs([name])))
        return self._of_days(chip, conditions) if name == "period" else chip

    def _translate(self, text: str) -> str:
        return translate(text, self._manner.language)

    def _value(self, name: str, conditions: Conditions | None) -> str:
        """What is asked, in words."""
        now = self._words.one(name) or _DEFAULTS.get(name, "")
        if name == "period" and conditions is not None:
            words = period_words(conditions.period, self._manner)
            frame = frame_label(conditions.period_text, self._manner)
            return f"{frame} · {words}" if frame else capital(words)
        if name in _LINKED:
            return next((self._translate(label) for word, label in _LINKED[name] if word == now), now)
        if name == PARTNER:
            return next((each.name for each in self._choices.partners if each.id == now), now)
        chosen = self._words.several(name)
        if name == "account" and not chosen:
            count = self._manner.number(len(self._choices.accounts))
            return say(Message(_("All {count}"), {"count": count}), self._manner.language)
        if len(chosen) > 2:
            return say(Message(_("{count} chosen"), {"count": len(chosen)}), self._manner.language)
        return ", ".join(self._name_of(name, id_) for id_ in chosen)

    def _name_of(self, name: str, id_: str) -> str:
        return next((each.name for each in self._options(name) if each.id == id_), id_)

    def _options(self, name: str) -> Sequence[Choice]:
        """What boxes can be checked for a condition."""
        match name:
            case "account":
                return self._choices.accounts
            case "service":
                return self._choices.services
            case "product_group":
                return [Choice(group, group) for group in self._choices.product_groups]
        return [Choice(word, self._translate(label)) for word, label in _WORDED.get(name, ())]

    def _content(self, name: str) -> Chip:
        """What a condition may say."""
        if name == PARTNER:
            return self._partners()
        if name == "currency":
            return self._linked(name, [(code, code) for code in self._choices.currencies])
        if name in _LINKED:
            chip = self._linked(name, _LINKED[name])
            now = self._words.one(name)
            return replace(chip, text="" if now in dict(_LINKED[name]) else now)
        if name == "as_known_at":
            return Chip(name, text=self._words.one(name))
        return self._checked(name)

    def _linked(self, name: str, options: Sequence[tuple[str, str]]) -> Chip:
        now = self._words.one(name) or _DEFAULTS.get(name, "")
        links = tuple(
            Pick(
                self._translate(label),
                value,
                tidy(self._report, self._words.put(name, *([] if value == _DEFAULTS.get(name) else [value]))).address,
                value == now,
            )
            for value, label in options
        )
        return Chip(name, links=links)

    def _of_days(self, chip: Chip, conditions: Conditions | None) -> Chip:
        """The period with its two days; as it was written where it means none."""
        if conditions is None:
            return replace(chip, text=self._words.one("period"))
        period = conditions.period
        is_frame = conditions.period_text in FRAME_LABELS
        return replace(
            chip,
            days=(period.start, period.end - timedelta(days=1)),
            text="" if is_frame else conditions.period_text,
        )

    def _partners(self) -> Chip:
        sought, now = self._sought(PARTNER), self._words.one(PARTNER)
        found, count = search(self._choices.partners, sought, LISTED_MAX)
        links = tuple(
            Pick(each.name, each.id, self._words.put(PARTNER, each.id).less("account").address, each.id == now, each.id)
            for each in found
        )
        can_search = "partners" if count > LISTED_MAX or sought else ""
        return Chip(PARTNER, links=links, more=count - len(found), search=can_search, sought=sought)

    def _sought(self, name: str) -> str:
        return self._words.one(FIND) if self._words.one(OPEN) == name else ""

    def _checked(self, name: str) -> Chip:
        options, chosen, where = self._options(name), self._words.several(name), _SEARCHED.get(name, "")
        sought = self._sought(name)
        found, count = search(options, sought, FOUND_MAX if len(options) > LISTED_MAX else LISTED_MAX)
        named = {id_: self._name_of(name, id_) for id_ in chosen}
        boxes = [
            Pick(text, id_, chosen=True, under=_under(id_, text if where else None)) for id_, text in named.items()
        ]
        boxes += [
            Pick(each.name, each.id, under=_under(each.id, each.name if where else None))
            for each in found
            if each.id not in named
        ]
        more = count - len(found)
        return Chip(name, boxes=tuple(boxes), more=more, search=where if more or sought else "", sought=sought)


def _under(id_: str, name: str | None) -> str:
    return id_ if name not in (None, id_) else ""
