"""The three revenue reports."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal

from .changes import Measures, compared
from .exact import ZERO, Number, as_text, plain, ratio, total
from .periods import Period, buckets
from .question import Question, Row, currencies_until, instant_text, of_type, selected_charges
from .rows import Charge, Record
from .search import finds_charge

MEASURES = (
    "list",
    "customer_discount",
    "sales",
    "cost",
    "margin",
    "margin_rate",
    "own_use",
    "tax",
    "charges",
)

KeyOf = Callable[[Charge], str]


def detail(record: Record, question: Question) -> list[Row]:
    """One row for each charge."""
    charges = selected_charges(record, question)
    return [
        _detail_row(record, c) for c in charges if question.period.holds(c.at) and finds_charge(record, question, c)
    ]


def by_service(record: Record, question: Question) -> list[Row]:
    """One row for each service and currency, of each sub-period where `by` is given."""

    def describe(service_id: str, charges: Sequence[Charge]) -> Row:
        service = record.services.get(service_id)
        return {
            "service_id": service_id,
            "service_name": service.name if service else "(unassigned)",
            "product_group": service.product_group if service else None,
            "accounts": len({c.account for c in charges}),
        }

    return _grouped(record, question, lambda c: c.service, describe)


def by_account(record: Record, question: Question) -> list[Row]:
    """One row for each account and currency, of each sub-period where `by` is given."""

    def describe(account_id: str, _charges: Sequence[Charge]) -> Row:
        account = record.accounts[account_id]
        return {"account_id": account_id, "account_name": account.name, "account_type": account.type}

    return _grouped(record, question, lambda c: c.account, describe)


def totals(record: Record, question: Question) -> list[Row]:
    """Totals of each revenue report, for each account type and currency, over the whole period."""
    rows: list[Row] = []
    selected = selected_charges(record, question)
    if question.search is not None or question.discounts is not None:
        selected = [c for c in _in(selected, question.period) if finds_charge(record, question, c)]
    names = MEASURES if question.compared else ()
    for currency in currencies_until(selected, question.period, question.compared):
        for account_type in question.types():
            charges = [c for c in of_type(record, selected, account_type) if c.currency == currency]
            now = _measures(record, _in(charges, question.period))
            before = _measures(record, _in(charges, question.compared)) if question.compared else None
            rows.append({"account_type": account_type, "currency": currency} | compared(now, before, names))
    return rows


def _grouped(
    record: Record, question: Question, key: KeyOf, describe: Callable[[str, Sequence[Charge]], Row]
) -> list[Row]:
    selected = selected_charges(record, question)
    if question.by is None:
        return [
            describe(k, _in(charges, question.period)) | row
            for k, charges, row in _groups(record, selected, key, (question.period, question.compared))
        ]
    rows: list[Row] = []
    for text, bucket in buckets(question.period, question.by):
        rows += [
            {question.by: text} | describe(k, _in(charges, bucket)) | row
            for k, charges, row in _groups(record, selected, key, (bucket, None))
        ]
    return rows


def _groups(
    record: Record, selected: Sequence[Charge], key: KeyOf, periods: tuple[Period, Period | None]
) -> list[tuple[str, list[Charge], Row]]:
    """Key, charges and measures of each group with a charge in either period."""
    period, before = periods
    groups: dict[tuple[str, str], list[Charge]] = defaultdict(list)
    sales: dict[str, Decimal] = defaultdict(Decimal)
    for charge in _in(selected, period):
        groups[key(charge), charge.currency].append(charge)
        sales[charge.currency] += _sales(record, charge)
    for charge in _in(selected, before):
        if not period.holds(charge.at):
            groups[key(charge), charge.currency].append(charge)
    rows = []
    for (k, currency), charges in sorted(groups.items(), key=lambda item: item[0]):
        now = _measures(record, _in(charges, period))
        row = compared(now, _group_before(record, selected, key, (k, currency, before)), MEASURES)
        share = ratio(_decimal(now["sales"]), sales[currency])
        rows.append((k, charges, row | {"currency": currency, "sales_share": as_text(share)}))
    return rows


def _group_before(
    record: Record, selected: Sequence[Charge], key: KeyOf, wanted: tuple[str, str, Period | None]
) -> Measures | None:
    k, currency, before = wanted
    if before is None:
        return None
    return _measures(record, [c for c in _in(selected, before) if (key(c), c.currency) == (k, currency)])


def _in(charges: Sequence[Charge], period: Period | None) -> list[Charge]:
    return [c for c in charges if period is not None and period.holds(c.at)]


def _measures(record: Record, charges: Sequence[Charge]) -> dict[str, Number | None]:
    """The measures over charges; those of sales are of customer accounts only."""
    sold = [c for c in charges if record.accounts[c.account].type == "customer"]
    own = [c for c in charges if record.accounts[c.account].type == "partner"]
    sales = total(c.customer_amount for c in sold)
    cost = total(c.partner_amount for c in sold)
    return {
        "list": total(c.list_amount for c in charges),
        "customer_discount": total(c.list_amount for c in sold) - sales,
        "sales": sales,
        "cost": cost,
        "margin": sales - cost,
        "margin_rate": ratio(sales - cost, sales),
        "own_use": total(c.partner_amount for c in own),
        "tax": total(c.tax_amount or ZERO for c in charges),
        "charges": len(charges),
    }


def _sales(record: Record, charge: Charge) -> Decimal:
    return charge.customer_amount if record.accounts[charge.account].type == "customer" else ZERO


def _decimal(value: Number | None) -> Decimal:
    if not isinstance(value, Decimal):
        raise TypeError(f"not a sum: {value!r}")
    return value


def _detail_row(record: Record, charge: Charge) -> Row:
    account = record.accounts[charge.account]
    service = record.services.get(charge.service)
    sold = account.type == "customer"
    return dict(charge.texts) | {
        "occurred_at": instant_text(charge.at),
        "service_from": instant_text(charge.service_from),
        "service_to": instant_text(charge.service_to),
        "account_id": account.id,
        "account_name": account.name,
        "account_type": account.type,
        "service_id": charge.service,
        "service_name": service.name if service else "(unassigned)",
        "quantity": as_text(charge.quantity),
        "list": plain(charge.list_amount),
        "customer_discount_rate": as_text(charge.customer_discount_rate),
        "customer_discount_id": charge.customer_discount,
        "sales": plain(charge.customer_amount if sold else ZERO),
        "partner_discount_rate": as_text(charge.partner_discount_rate),
        "partner_discount_id": charge.partner_discount,
        "cost": plain(charge.partner_amount if sold else ZERO),
        "margin": plain(charge.customer_amount - charge.partner_amount if sold else ZERO),
        "own_use": plain(ZERO if sold else charge.partner_amount),
        "tax": as_text(charge.tax_amount),
        "currency": charge.currency,
        "charge_id": charge.id,
    }
