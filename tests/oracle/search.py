"""What a search finds: rows that name an account or service, or that hold the text themselves."""

import unicodedata
from dataclasses import replace

from .question import Question
from .rows import Charge, Discount, Entry, Record

BY_ACCOUNT = ("credit-total", "revenue-by-account")


def narrowed(record: Record, question: Question, slug: str) -> Question:
    """A search of a report that sums chooses its accounts or services; of another it looks at each row."""
    if question.search is None:
        return question
    if slug in BY_ACCOUNT:
        accounts = {a for a in record.accounts if names_account(record, question, a)}
        return replace(question, search=None, accounts=frozenset(accounts & (question.accounts or accounts)))
    if slug == "revenue-by-service":
        services = {s for s in record.services if names_service(record, question, s)}
        return replace(question, search=None, services=frozenset(services & (question.services or services)))
    return question


def names_account(record: Record, question: Question, account: str | None) -> bool:
    """Whether an account that the reader manages or has managed is called so."""
    ranges = [r for r in record.ranges if r.id == account and question.partner in (None, r.partner)]
    return bool(ranges) and _is_called(question, f"{record.accounts[ranges[0].id].name} {account}")


def names_service(record: Record, question: Question, service: str | None) -> bool:
    """Whether a service is called so."""
    known = record.services.get(service or "")
    return known is not None and _is_called(question, f"{known.name} {known.id}")


def finds_entry(record: Record, question: Question, entry: Entry) -> bool:
    """Whether an entry is a row that is searched for."""
    return question.search is None or (
        names_account(record, question, entry.account)
        or names_account(record, question, entry.counterparty)
        or names_service(record, question, entry.service)
        or _holds(question, entry.id, entry.charge, entry.reference, entry.description)
    )


def finds_charge(record: Record, question: Question, charge: Charge) -> bool:
    """Whether a charge is a row that is searched for."""
    texts = ("sku", "description", "invoice_id", "unit", "corrects_charge_id")
    captured = {charge.partner_discount, charge.customer_discount}
    if question.discounts is not None and not captured & question.discounts:
        return False
    return question.search is None or (
        names_account(record, question, charge.account)
        or names_service(record, question, charge.service)
        or _holds(question, charge.id, charge.order, charge.partner_discount, charge.customer_discount)
        or _holds(question, *(charge.texts.get(name) for name in texts))
    )


def finds_discount(record: Record, question: Question, discount: Discount) -> bool:
    """Whether a discount is one that is searched for."""
    return question.search is None or (
        names_account(record, question, discount.account)
        or names_service(record, question, discount.service)
        or _holds(question, discount.id, discount.deal, discount.product_group)
    )


def _is_called(question: Question, called: str) -> bool:
    words = _letters(question.search or "").split()
    return bool(words) and all(word in _letters(called) for word in words)


def _letters(text: str) -> str:
    """A text without the differences of case and diacritics; đ is a d with a stroke, which no mark stands for."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if unicodedata.combining(c) == 0)
    return bare.replace("\u0111", "d")


def _holds(question: Question, *texts: str | None) -> bool:
    return any((question.search or "") in text for text in texts if text is not None)
