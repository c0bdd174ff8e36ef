"""Explain a figure: the formula it was declared with, the rows that it sums, the batches that these came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sodu.reports.answers.checks import check
from sodu.reports.answers.comparison import changes, compared_names, ratio_changes, with_comparison
from sodu.reports.column import Column
from sodu.reports.explain_asking import Asking, Record, column_of, narrowed, nothing
from sodu.reports.explain_rows import Sources
from sodu.reports.explained import ACCOUNT, BUCKET, DISCOUNT, MEASURE, SERVICE, WORDS, Explanation, Part, Place, summed
from sodu.reports.figure import Figure, Term
from sodu.reports.report import Report
from sodu.reports.scope import Scope
from sodu.reports.table import Check
from sodu.values import money
from sodu.values.errors import WrongUsage
from sodu.values.money import EXACT
from sodu.values.text import Message, Text, mark as _

_SUFFIXES = ("_change_rate", "_change", "_before")
_EVERYONE = {
    "both": _("all accounts"),
    "partner": _("partners' own accounts"),
    "customer": _("customers' accounts"),
}


def place_of(report: Report, conditions: Any, words: Mapping[str, str]) -> Place:
    """The figure that some words mean; raises WrongUsage where the report has none such."""
    for name in words:
        if name not in WORDS or (name == DISCOUNT and "discount" not in report.conditions):
            raise WrongUsage(_("{name}: no word for a figure; there are {known}"), name=name, known=", ".join(WORDS))
    measure = words.get(MEASURE, "")
    base, suffix = _split(report, measure)
    if report.figure(base) is None or (suffix and conditions.compare is None):
        raise WrongUsage(
            _("measure: {slug} has no figure '{text}'; it has {known}"),
            slug=report.slug,
            text=measure,
            known=", ".join(figure.name for figure in report.figures),
        )
    return Place(report, conditions, measure, {name: words[name] for name in WORDS[1:] if words.get(name)})


def explain(place: Place, scope: Scope, record: Record, now: datetime) -> Explanation:
    """Where a figure comes from, for a reader who may see `scope`.

    Raises WrongUsage for ids that are unknown or may not be seen, as `run` does, and where several currencies occur and
    none is named.
    """
    asking = Asking(scope, record, now)
    place = asking.in_currency(place)
    base, suffix = _split(place.report, place.measure)
    if not suffix:
        return _explained(asking, place)
    before = _before(place, base)
    if suffix == "_before":
        return replace(_explained(asking, before), place=place)
    return _changed(asking, place, (replace(place, measure=base), before), suffix)


def _split(report: Report, measure: str) -> tuple[str, str]:
    """A column's measure, and what a comparison added to its name."""
    for suffix in _SUFFIXES:
        base = measure.removesuffix(suffix)
        if base != measure and base in compared_names(report):
            return base, suffix
    return measure, ""


def _before(place: Place, base: str) -> Place:
    """The same figure of the period that is compared with."""
    compare = place.conditions.compare
    if compare is None:
        raise AssertionError(base)
    conditions = replace(place.conditions, period=compare, period_text=str(compare), compare=None, compare_text=None)
    return replace(place, conditions=conditions, measure=base)


def _explained(asking: Asking, place: Place) -> Explanation:
    """A figure of one period."""
    figure = place.report.figure(place.measure)
    if figure is None:
        raise AssertionError(place.measure)
    made = _stated(asking, place, column_of(place.report, place.measure))
    if narrowed(place) is None:
        return replace(made, notes=(_("The row stands for another period; in this one there is nothing"),))
    parts = tuple(_part(asking, place, term) for term in figure.terms)
    less = _less(asking, place, figure)
    sources = Sources(asking, place, figure)
    made = replace(made, parts=parts, less=less, value=_value(asking, place, figure, parts))
    made = replace(made, rows=sources.rows(), batches=sources.batches(), batches_add_up=sources.batches_add_up)
    notes = () if figure.adds_up else (_("What stands in several rows counts once in the total"),)
    return replace(made, checks=(*_formula_check(made), *sources.checks(made)), notes=notes)


def _stated(asking: Asking, place: Place, column: Column) -> Explanation:
    """What the figure is, before where it comes from."""
    window = narrowed(place) or replace(place.conditions, compare=None, compare_text=None, by=None)
    table = asking.answer(place, window)
    return Explanation(
        place=place,
        column=column,
        subject=_subject(place, table),
        currency=place.conditions.currency or "",
        question=window,
        header=table.header,
        value=nothing(column),
    )


def _subject(place: Place, table: Any) -> Message:
    """Whose figure it is, by the name that the answer gives."""
    row = place.row
    first: dict[str, Any] = {}
    if ACCOUNT in row or SERVICE in row:
        first = next((each for batch in table.batches for each in batch.to_pylist()), {})
    # Names are data: a plain text in the place of a template's only word is not translated.
    for word, name in ((ACCOUNT, "account_name"), (SERVICE, "service_name")):
        if word in row:
            return Message(Text("{name}"), {"name": first.get(name) or row[word]})
    if DISCOUNT in row:
        return Message(_("discount {discount}"), {"discount": row[DISCOUNT]})
    if place.conditions.account:
        return Message(_("the accounts chosen ({count})"), {"count": len(place.conditions.account)})
    return Message(_EVERYONE[place.conditions.account_type])


def _value(asking: Asking, place: Place, figure: Figure, parts: tuple[Part, ...]) -> Any:
    if any(column.name == place.measure for column in place.report.totals):
        return asking.value(place)
    if figure.terms and figure.terms[-1].sign == "÷":
        return money.ratio(parts[0].value, parts[1].value)
    raise AssertionError(place.measure)


def _part(asking: Asking, place: Place, term: Term) -> Part:
    conditions, row = place.conditions, dict(place.row)
    if term.of_total:
        row = {name: word for name, word in row.items() if name == BUCKET}
    column = column_of(place.report, term.name)
    if term.only and conditions.account_type not in ("both", term.only):
        return Part(term.sign, column, nothing(column), None)
    if term.only:
        conditions = replace(conditions, account_type=term.only)
    there = Place(place.report, conditions, term.name, row)
    return Part(term.sign, column, asking.value(there), there, of_total=term.of_total)


def _less(asking: Asking, place: Place, figure: Figure) -> Part | None:
    """What a total leaves out of its rows; of one account there is nothing to leave out."""
    if not figure.less or ACCOUNT in place.row:
        return None
    there = replace(place, measure=figure.less)
    return Part("−", column_of(place.report, figure.less), asking.value(there), there)


def _formula_check(made: Explanation) -> tuple[Check, ...]:
    if not made.parts:
        return ()
    worked = worked_out(made.parts)
    broken = [] if worked == made.value else [f"{worked} ≠ {made.value}"]
    return (check("formula", _("The formula gives the figure"), broken),)


def worked_out(parts: tuple[Part, ...]) -> Any:
    """What a formula gives for its parts."""
    if parts[-1].sign == "÷":
        return money.ratio(parts[0].value, parts[1].value)
    total = nothing(parts[0].column)
    for part in parts:
        total = summed((total, part.value if part.sign == "+" else EXACT.minus(part.value)))
    return total


def _changed(asking: Asking, place: Place, beside: tuple[Place, Place], suffix: str) -> Explanation:
    """Δ or Δ % of a figure: made of what it is and what it was."""
    report, base = place.report, beside[0].measure
    now, before = (_explained_value(asking, each) for each in beside)
    ratio = next((ratio for ratio in report.ratios if ratio.column.name == base), None)
    if ratio:
        figures = {
            name + window: asking.value(replace(each, measure=name))
            for window, each in zip(("", "_before"), beside, strict=True)
            for name in (ratio.part, ratio.whole)
        }
        change, rate = ratio_changes(ratio, figures)
    else:
        change, rate = changes(now, before)
    columns = {column.name: column for column in with_comparison((column_of(report, base),), (base,))}
    made = replace(_stated(asking, place, columns[place.measure]), value=rate if suffix == "_change_rate" else change)
    was = Part("−", columns[base + "_before"], before, replace(place, measure=base + "_before"))
    if suffix == "_change":
        parts = (Part("+", columns[base], now, beside[0]), was)
    else:
        parts = (
            Part("+", columns[base + "_change"], change, replace(place, measure=base + "_change")),
            replace(was, sign="÷"),
        )
    made = replace(made, parts=parts)
    if ratio:
        return replace(made, notes=(_("Worked out from the exact sums, not from rounded rates"),))
    return replace(made, checks=_formula_check(made))


def _explained_value(asking: Asking, place: Place) -> Any:
    return asking.value(place)
