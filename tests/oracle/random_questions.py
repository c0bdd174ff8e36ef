"""Seeded questions about a ledger that exists, with conditions chosen from its values."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random

from .ledger import REPORTS
from .periods import DAY, bucket_text, day_of, parse_period
from .rows import Batch, Charge, Entry, Record, known

Conditions = dict[str, object]

FRAMES = (
    "today",
    "this-month",
    "last-month",
    "this-quarter",
    "last-quarter",
    "this-year",
    "last-year",
    "last-7-days",
    "last-30-days",
)
STATUSES = ("awaiting_approval", "rejected", "awaiting_activation", "active", "expired", "cancelled")
TOTALS = ("credit-total", "revenue-by-service", "revenue-by-account")
# Not asked, because the documents leave open what they would mean: `by` with `compare`; services of
# credit-topped-up and credit-total; accounts and account types of partner discounts. Product groups
# have no option on the command line.
OF_SERVICES = (
    "credit-usage",
    "discount-partner",
    "discount-customer",
    "revenue-detail",
    "revenue-by-service",
    "revenue-by-account",
)
OF_DISCOUNTS = ("discount-partner", "discount-customer", "revenue-detail")
SHORT = timedelta(days=62)


def questions(seed: int, count: int, batches: Sequence[Batch], now: datetime) -> list[tuple[str, Conditions]]:
    """So many questions as (slug, conditions); `as_known_at` is a number of batches."""
    rng = Random(f"questions {seed}")
    records = [known(batches[: n + 1]) for n in range(len(batches))]
    return [_question(rng, records, now) for _ in range(count)]


def arguments(slug: str, conditions: Mapping[str, object]) -> list[str]:
    """The question as arguments of `sodu report`, without `as_known_at`, which is the product's number."""
    arguments = [slug]
    for name, value in conditions.items():
        if name != "as_known_at":
            for one in value if isinstance(value, list) else [value]:
                # Ids may begin with a dash, so that the value is joined to its option.
                arguments.append(f"--{name.replace('_', '-')}={one}")
    return arguments


def _question(rng: Random, records: Sequence[Record], now: datetime) -> tuple[str, Conditions]:
    slug = rng.choice(list(REPORTS))
    conditions: Conditions = {}
    count = len(records)
    if rng.random() < 0.3:
        count = rng.randint(1, len(records))
        conditions["as_known_at"] = count
    record = records[count - 1]
    if rng.random() < 0.95:
        conditions["period"] = _period(rng, record)
    _add_reader(rng, record, slug, conditions)
    if slug in OF_SERVICES and rng.random() < 0.25:
        conditions["service"] = _some(rng, list(record.services))
    if rng.random() < 0.25:
        conditions["currency"] = rng.choice(sorted({e.currency for e in record.entries}) or ["VND"])
    if slug.startswith("discount") and rng.random() < 0.4:
        conditions["status"] = _some(rng, STATUSES)
    if slug in OF_DISCOUNTS and record.discounts and rng.random() < 0.25:
        conditions["discount"] = _some(rng, [d.id for d in record.discounts])
    if rng.random() < 0.2:
        conditions["search"] = _search(rng, record)
    if slug in TOTALS:
        _add_dimension(rng, record, conditions, now)
    if rng.random() < 0.15:
        conditions["limit"] = rng.choice([1, 5, 20])
    return slug, conditions


def _add_reader(rng: Random, record: Record, slug: str, conditions: Conditions) -> None:
    """Conditions on who reads, and about which accounts."""
    if rng.random() < 0.5:
        conditions["partner"] = rng.choice(sorted({a.partner for a in record.accounts.values()}))
    if slug == "discount-partner":
        return
    if rng.random() < 0.6:
        conditions["account_type"] = rng.choice(["partner", "customer", "both"])
    if rng.random() < 0.3:
        accounts = _readable(record, conditions)
        if accounts:
            conditions["account"] = _some(rng, accounts)


def _readable(record: Record, conditions: Conditions) -> list[str]:
    """The accounts that the reader manages or has managed, of the type asked for."""
    partner = conditions.get("partner")
    wanted = conditions.get("account_type", "both")
    facts = {f.account for f in _facts(record) if partner in (None, f.partner)}
    managed = {a.id for a in record.accounts.values() if partner in (None, a.partner)}
    return sorted(a for a in facts | managed if wanted in ("both", record.accounts[a].type))


def _facts(record: Record) -> list[Entry | Charge]:
    return [*record.entries, *record.charges]


def _add_dimension(rng: Random, record: Record, conditions: Conditions, now: datetime) -> None:
    """A comparison, or a dimension of time where its buckets are not too many."""
    draw = rng.random()
    if draw < 0.3:
        conditions["compare"] = rng.choice(["previous", "year", "previous", _period(rng, record)])
    elif draw < 0.65:
        period = parse_period(str(conditions.get("period", "this-month")), now)
        short = period.after - period.first <= SHORT
        conditions["by"] = rng.choice(["day", "week", "month"] if short else ["week", "month", "quarter"])


def _search(rng: Random, record: Record) -> str:
    """A piece of a name, an id or a text, mostly of the record, at times written otherwise."""
    texts: list[str | None] = ["no such thing"]
    texts += [text for a in record.accounts.values() for text in (a.id, a.name)]
    texts += [text for s in record.services.values() for text in (s.id, s.name)]
    texts += [text for e in record.entries for text in (e.id, e.reference, e.description)]
    texts += [text for c in record.charges for text in (c.id, c.order, c.texts.get("description"))]
    text = rng.choice([text for text in texts if text])
    start = rng.randrange(len(text))
    piece = unicodedata.normalize("NFC", text[start : start + rng.choice([1, 2, 4, 8, 40])])
    if rng.random() < 0.3:
        marks = unicodedata.normalize("NFD", piece.upper())
        piece = "".join(c for c in marks if not unicodedata.combining(c))
    # What cannot be seen is refused, and space around it is not looked at.
    return "".join(c for c in piece if c.isprintable()).strip() or "a"


def _period(rng: Random, record: Record) -> str:
    """A period, mostly about the day of a fact."""
    if rng.random() < 0.2:
        return rng.choice(FRAMES)
    day = _some_day(rng, record)
    kind = rng.choice(["day", "week", "days", *3 * ["month"], *2 * ["quarter"], "year"])
    if kind == "year":
        return f"{day.year:04}"
    if kind == "days":
        return f"{day}..{day + rng.choice([0, 1, 6, 29, 45]) * DAY}"
    return bucket_text(day, kind)


def _some_day(rng: Random, record: Record) -> date:
    days = sorted(day_of(f.at) for f in _facts(record))
    if not days or rng.random() < 0.2:
        return date(2026, 8, 1) + rng.randrange(150) * DAY
    return rng.choice([d for d in days if 2000 < d.year < 2199] or [date(2026, 10, 5)])


def _some(rng: Random, values: Sequence[str]) -> list[str]:
    return rng.sample(list(values), min(len(values), rng.choice([1, 1, 2, 3])))
