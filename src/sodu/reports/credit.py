"""What the three credit reports share: their listing's columns and their totals."""

from __future__ import annotations

from sodu.reports import vocabulary as v
from sodu.reports.column import Column, Kind
from sodu.reports.figure import Behind, Figure, Span, Term
from sodu.reports.report import Field
from sodu.reports.sql import fragments
from sodu.values.text import Text, mark as _

MEASURES: dict[str, Text] = {
    "topped_up": _("Topped up"),
    "granted": _("Granted"),
    "transferred_in": _("Transferred in"),
    "transferred_out": _("Transferred out"),
    "used": _("Used"),
    "refunded": _("Refunded"),
    "expired": _("Expired"),
    "adjusted": _("Adjusted"),
}

OPENING = v.money("opening", _("Opening balance"))
CLOSING = v.money("closing", _("Closing balance"))


def measure_columns(*names: str) -> tuple[Column, ...]:
    """The columns of some credit measures."""
    return tuple(v.money(name, MEASURES[name]) for name in names)


def listing_fields(sign: str) -> tuple[Field, ...]:
    """The columns of a credit listing; `sign` turns an amount as it changes the balance into the one shown."""
    return (
        v.OCCURRED_AT,
        v.ACCOUNT_ID,
        v.ACCOUNT_NAME,
        v.ACCOUNT_TYPE,
        Field(Column("kind", _("Kind"), Kind.CHOICE, choices=v.KINDS), "f.kind"),
        v.SERVICE_ID,
        v.identifier("charge_id", _("Charge"), "f.charge_id"),
        v.text("reference", _("Reference"), "f.reference"),
        v.identifier("counterparty_account_id", _("Counterparty"), "pk.account_id"),
        v.text(
            "counterparty_name",
            _("Counterparty name"),
            f"CASE WHEN f.counterparty IS NOT NULL THEN coalesce(p.name, {fragments.UNASSIGNED}) END",
        ),
        v.DESCRIPTION,
        v.CURRENCY,
        Field(v.AMOUNT, f"{sign}f.amount"),
        Field(v.money("balance_after", _("Balance after")), "b.balance_after", sortable=False),
        v.identifier("entry_id", _("Entry"), "f.entry_id"),
    )


_ADDS, _TAKES = "credit-topped-up", "credit-usage"
_PLUS, _MINUS = (("+", "amount"),), (("−", "amount"),)
_COUNT = (("+", ""),)
_SUBTRACTED = ("transferred_out", "used", "expired")
_KINDS = {
    "topped_up": (_ADDS, "topup"),
    "granted": (_ADDS, "grant"),
    "transferred_in": (_ADDS, "transfer_in"),
    "transferred_out": (_TAKES, "transfer_out"),
    "used": (_TAKES, "usage"),
    "refunded": (_TAKES, "refund"),
    "expired": (_TAKES, "expiry"),
}
"""The listing and the kind of entry of each measure; adjustments stand in both listings."""


def _measure(name: str) -> Figure:
    slug, kind = _KINDS[name]
    less = "eliminated" if kind.startswith("transfer") else ""
    # What gives back stands in the listing of what takes, negative.
    sums = _MINUS if name == "refunded" else _PLUS
    return Figure(name, behind=(Behind(slug, sums, (kind,)),), less=less)


def _all_entries(name: str, span: Span, terms: tuple[Term, ...] = ()) -> Figure:
    return Figure(name, terms, (Behind(_ADDS, _PLUS), Behind(_TAKES, _MINUS)), span)


_ADJUSTED = (Behind(_ADDS, _PLUS, ("adjustment",)), Behind(_TAKES, _MINUS, ("adjustment",)))

STATEMENT_FIGURES = (
    _all_entries("opening", Span.BEFORE),
    *(_measure(name) for name in _KINDS),
    Figure("adjusted", behind=_ADJUSTED),
    _all_entries(
        "closing",
        Span.UNTIL_END,
        (Term("opening"), *(Term(name, "−" if name in _SUBTRACTED else "+") for name in MEASURES)),
    ),
    Figure("entries", behind=(Behind(_ADDS, _COUNT), Behind(_TAKES, _COUNT))),
    Figure("eliminated", behind=(Behind(_ADDS, _PLUS, ("transfer_in",)),), only_internal=True),
)
"""How each figure of the statement comes about."""


def listing_figures(slug: str) -> tuple[Figure, ...]:
    """How each total of a credit listing comes about."""
    names = [name for name, (listing, _kind) in _KINDS.items() if listing == slug]
    transfer = "transfer_in" if slug == _ADDS else "transfer_out"
    return (
        *(_measure(name) for name in names),
        Figure("adjusted", behind=(Behind(slug, _PLUS, ("adjustment",)),)),
        Figure("eliminated", behind=(Behind(slug, _PLUS, (transfer,)),), only_internal=True),
        Figure(
            "amount",
            tuple(Term(name, "−" if name == "refunded" else "+") for name in (*names, "adjusted")),
            (Behind(slug, _PLUS),),
            less="eliminated",
        ),
    )
