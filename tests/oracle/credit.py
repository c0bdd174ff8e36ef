"""The three credit reports."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from .changes import Measures, compared
from .exact import plain, total
from .periods import Period, buckets, day_of
from .question import Question, Row, currencies_until, instant_text, of_type, selected_entries
from .rows import Entry, Record
from .search import finds_entry

MEASURES = (
    "opening",
    "topped_up",
    "granted",
    "transferred_in",
    "transferred_out",
    "used",
    "refunded",
    "expired",
    "adjusted",
    "closing",
)
TOPPED_UP_KINDS = ("topup", "grant", "transfer_in")


def topped_up(record: Record, question: Question) -> list[Row]:
    """One row for each entry that brings credit, or reverses such an entry."""
    return [_listing_row(record, question, e, e.amount) for e in _listed(record, question, adds=True)]


def usage(record: Record, question: Question) -> list[Row]:
    """One row for each entry that takes credit, or reverses such an entry; what was taken is positive."""
    return [_listing_row(record, question, e, -e.amount) for e in _listed(record, question, adds=False)]


def topped_up_totals(record: Record, question: Question) -> list[Row]:
    """Totals of credit-topped-up, for each account type and currency."""
    rows = []
    for account_type, currency, selected in _selections(record, question, adds=True):
        entries = [e for e in selected if finds_entry(record, question, e)]
        eliminated = _internal(selected, entries, question.period, "transfer_in")
        measured = _gross_measures(entries, question.period)
        measured["transferred_in"] -= eliminated
        adjusted = total(e.amount for e in entries if question.period.holds(e.at) and _is_adjustment(record, e, True))
        sums = {name: measured[name] for name in ("topped_up", "granted", "transferred_in")}
        sums["adjusted"] = adjusted
        amount = total(sums.values())
        rows.append(_total_row(account_type, currency, sums | {"eliminated": eliminated, "amount": amount}))
    return rows


def usage_totals(record: Record, question: Question) -> list[Row]:
    """Totals of credit-usage, for each account type and currency."""
    rows = []
    for account_type, currency, selected in _selections(record, question, adds=False):
        entries = [e for e in selected if finds_entry(record, question, e)]
        eliminated = -_internal(selected, entries, question.period, "transfer_out")
        measured = _gross_measures(entries, question.period)
        measured["transferred_out"] -= eliminated
        adjusted = total(-e.amount for e in entries if question.period.holds(e.at) and _is_adjustment(record, e, False))
        sums = {name: measured[name] for name in ("used", "refunded", "expired", "transferred_out")}
        sums["adjusted"] = adjusted
        amount = total(sums.values()) - 2 * sums["refunded"]  # refunds lessen what was taken
        rows.append(_total_row(account_type, currency, sums | {"eliminated": eliminated, "amount": amount}))
    return rows


def credit_total(record: Record, question: Question) -> list[Row]:
    """One row for each account and currency, of each sub-period where `by` is given."""
    if question.by is None:
        return _account_rows(record, question, question.period)
    rows: list[Row] = []
    for text, bucket in buckets(question.period, question.by):
        rows += [{question.by: text} | row for row in _account_rows(record, question, bucket)]
    return rows


def credit_total_totals(record: Record, question: Question) -> list[Row]:
    """Totals of credit-total, for each account type and currency, over the whole period."""
    rows = []
    for account_type, currency, entries in _selections(record, question):
        before = _measures(entries, question.compared) if question.compared else None
        row = compared(_measures(entries, question.period), before, MEASURES)
        row["eliminated"] = plain(_eliminated(entries, question.period))
        rows.append({"account_type": account_type, "currency": currency} | row)
    return rows


def _account_rows(record: Record, question: Question, period: Period) -> list[Row]:
    by_key: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in selected_entries(record, question):
        by_key[entry.account, entry.currency].append(entry)
    rows = []
    for (account, currency), entries in sorted(by_key.items()):
        periods = [p for p in (period, question.compared) if p is not None]
        if any(_has_row(entries, p) for p in periods):
            row = _described(record, account, "account_type", "billing_mode") | {"currency": currency}
            rows.append(row | _account_measures(entries, period, question.compared))
    return rows


def _account_measures(entries: Sequence[Entry], period: Period, before: Period | None) -> Row:
    # A row is one account: both legs of its transfers show.
    row = compared(_gross_measures(entries, period), _gross_measures(entries, before) if before else None, MEASURES)
    row["entries"] = sum(1 for e in entries if period.holds(e.at))
    top_ups = [day_of(e.at) for e in entries if e.kind == "topup" and e.reverses is None and e.at < period.end]
    row["last_top_up"] = max(top_ups).isoformat() if top_ups else None
    return row


def _has_row(entries: Sequence[Entry], period: Period) -> bool:
    opening = total(e.amount for e in entries if e.at < period.start)
    return opening != 0 or any(period.holds(e.at) for e in entries)


def _gross_measures(entries: Sequence[Entry], period: Period) -> dict[str, Decimal]:
    """The measures of entries, internal transfers included."""
    kinds: dict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        if period.holds(entry.at):
            kinds[entry.kind] += entry.amount
    return {
        "opening": total(e.amount for e in entries if e.at < period.start),
        "topped_up": kinds["topup"],
        "granted": kinds["grant"],
        "transferred_in": kinds["transfer_in"],
        "transferred_out": -kinds["transfer_out"],
        "used": -kinds["usage"],
        "refunded": kinds["refund"],
        "expired": -kinds["expiry"],
        "adjusted": kinds["adjustment"],
        "closing": total(e.amount for e in entries if e.at < period.end),
    }


def _measures(entries: Sequence[Entry], period: Period) -> dict[str, Decimal]:
    """The measures of a selection, internal transfers left out of transferred in and out."""
    eliminated = _eliminated(entries, period)
    measured = _gross_measures(entries, period)
    measured["transferred_in"] -= eliminated
    measured["transferred_out"] -= eliminated
    return measured


def _eliminated(entries: Sequence[Entry], period: Period) -> Decimal:
    """What was transferred in the period between accounts of the selection."""
    return _internal(entries, entries, period, "transfer_in")


def _internal(selected: Sequence[Entry], counted: Sequence[Entry], period: Period, kind: str) -> Decimal:
    """The sum of the counted legs of one kind of transfers that have both legs among what is selected."""
    legs: dict[str, list[Entry]] = defaultdict(list)
    for entry in selected:
        if entry.transfer is not None:
            legs[entry.transfer].append(entry)
    internal = {e.id for pair in legs.values() if len(pair) == 2 for e in pair}
    return total(e.amount for e in counted if e.id in internal and e.kind == kind and period.holds(e.at))


def _selections(record: Record, question: Question, adds: bool | None = None) -> list[tuple[str, str, list[Entry]]]:
    """Account type, currency and entries of all time of each total; of a search in a listing, of what it finds."""
    entries = selected_entries(record, question)
    if question.search is None or adds is None:
        currencies = currencies_until(entries, question.period, question.compared)
    else:
        currencies = sorted({e.currency for e in _listed(record, question, adds)})
    return [
        (t, c, [e for e in of_type(record, entries, t) if e.currency == c])
        for c in currencies
        for t in question.types()
    ]


def _total_row(account_type: str, currency: str, measures: Measures) -> Row:
    return {"account_type": account_type, "currency": currency} | compared(measures, None, ())


def _listed(record: Record, question: Question, adds: bool) -> list[Entry]:
    """The entries of one listing in the period."""
    return [
        e
        for e in selected_entries(record, question)
        if question.period.holds(e.at) and _adds(record, e) == adds and finds_entry(record, question, e)
    ]


def _adds(record: Record, entry: Entry) -> bool:
    """Whether an entry stands in credit-topped-up: a reversal stands where the reversed entry does."""
    if entry.kind == "adjustment":
        return _is_adjustment(record, entry, True)
    return entry.kind in TOPPED_UP_KINDS


def _is_adjustment(record: Record, entry: Entry, adds: bool) -> bool:
    """Whether an entry is an adjustment (or reverses one) that adds, or that takes."""
    if entry.kind != "adjustment":
        return False
    original = entry
    while original.reverses is not None:
        original = next(e for e in record.entries if e.id == original.reverses)
    return (original.amount > 0) == adds


def _listing_row(record: Record, question: Question, entry: Entry, amount: Decimal) -> Row:
    counterparty = record.accounts.get(entry.counterparty or "")
    return _described(record, entry.account, "account_type") | {
        "occurred_at": instant_text(entry.at),
        "kind": entry.kind,
        "service_id": entry.service,
        "charge_id": entry.charge,
        "reference": entry.reference,
        "counterparty_account_id": entry.counterparty,
        "counterparty_name": counterparty.name if counterparty else None,
        "description": entry.description,
        "currency": entry.currency,
        "amount": plain(amount),
        "balance_after": plain(_balance_after(record, question, entry)),
        "entry_id": entry.id,
    }


def _balance_after(record: Record, question: Question, entry: Entry) -> Decimal:
    """The balance of the account in the currency, within the reader's scope, whatever else is asked."""
    return total(
        e.amount
        for e in record.entries
        if (e.account, e.currency) == (entry.account, entry.currency)
        and question.partner in (None, e.partner)
        and (e.at, e.id) <= (entry.at, entry.id)
    )


def _described(record: Record, account_id: str, *names: str) -> Row:
    account = record.accounts[account_id]
    row: Row = {"account_id": account_id, "account_name": account.name}
    described = {"account_type": account.type, "billing_mode": account.billing_mode}
    return row | {name: described[name] for name in names}
