"""The plan of the sample: months, and in each the lines that are sold: whose, of what, on which day, at which discounts.

A line of the plan becomes one charge in a small sample, and many (hourly meterings of one resource) in a large one.
All chance is a hash of numbers and the seed, so that any part can be made again alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from sodu.values.period import add_months

_MONTHS_BEFORE = 36
_STRETCH_CHARGES_MAX = 1_000_000


@dataclass(frozen=True)
class Provider:
    """How large a provider is invented."""

    charges: int
    partners: int = 12
    accounts: int = 400
    lines_a_month: int = 4_096
    """At most so many things are sold in a month; in a large sample each is metered many times."""


@dataclass(frozen=True)
class Month:
    """A month of the sample, and how many charges it has."""

    number: int
    first: date
    until: date
    """The day after its last one; today in the current month."""
    charges: int
    corrections: int
    """How many of them correct or refund others."""
    lines: int
    """The lines of the plan, of which each has one or more charges."""

    @property
    def base(self) -> int:
        """The charges that correct nothing."""
        return self.charges - self.corrections

    @property
    def text(self) -> str:
        """The month as in a file's name."""
        return f"{self.first:%Y-%m}"


def first_day(today: date) -> date:
    """The first day of the sample: three years and the current month so far are told."""
    return add_months(today.replace(day=1), -_MONTHS_BEFORE)


def correction_stride(charges: int) -> int:
    """Of how many charges one is corrected; a small sample shows more of them."""
    return 64 if charges >= 100_000 else 9


def months(provider: Provider, today: date) -> list[Month]:
    """The months with their shares of the charges: sales grow to two and a half times."""
    charges = provider.charges
    start = first_day(today)
    firsts = [add_months(start, number) for number in range(_MONTHS_BEFORE + 1)]
    untils = [*firsts[1:], today]
    weights = [
        (24 + number) * (until - first).days for number, (first, until) in enumerate(zip(firsts, untils, strict=True))
    ]
    ends = [charges * weight // sum(weights) for weight in accumulate(weights)]
    shares = [end - begin for begin, end in zip([0, *ends], ends, strict=False)]
    stride = correction_stride(charges)
    made = []
    for number, (first, until, share) in enumerate(zip(firsts, untils, shares, strict=True)):
        corrections = share // (stride + 1)
        lines = min(provider.lines_a_month, max(share - corrections, 1))
        if share:
            made.append(Month(number, first, until, share, corrections, lines))
    return made


def stretches(all_months: list[Month]) -> list[list[Month]]:
    """Months that are made together: many of a small sample, one of a large one."""
    together: list[list[Month]] = []
    for month in all_months:
        if together and sum(m.charges for m in together[-1]) + month.charges <= _STRETCH_CHARGES_MAX:
            together[-1].append(month)
        else:
            together.append([month])
    return together


MACROS = """
CREATE MACRO draw(n, a, b, salt) AS
    (hash(xor(hash(a::BIGINT, b::BIGINT), hash(salt * 1000003 + {seed}))) % n::UBIGINT)::BIGINT;
CREATE MACRO padded(n, digits) AS lpad(n::VARCHAR, greatest(digits, length(n::VARCHAR))::INTEGER, '0');
"""
"""A draw from 0 to n - 1 for a pair of numbers; `salt` tells the purposes apart.

The last hash is over all: without it, draws of one pair for two purposes would differ in their high bits alone."""

LIFE = """
CREATE TABLE life AS
WITH start AS (
    SELECT *, CASE WHEN owner = 'customer'
        THEN greatest(active_from, (requested_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::DATE)
        WHEN decision = 'approved' THEN greatest(active_from, (decided_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::DATE)
        END AS effective_from
    FROM discount
)
SELECT *, least(active_to, (cancelled_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::DATE, lead(effective_from) OVER (
    PARTITION BY owner, partner_id, account_id, deal_id, service_id, product_group
    ORDER BY effective_from, requested_at, discount_id)) AS effective_to
FROM start
WHERE effective_from IS NOT NULL
    AND (cancelled_at IS NULL OR (cancelled_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::DATE > effective_from)
"""
"""The discounts that take effect, each with its days."""

BEST = """
CREATE TABLE best AS
WITH cover AS (
    SELECT l.partner_id || '/' || coalesce(l.account_id, '') AS holder, s.number AS service, l.*
    FROM life l JOIN service s
        ON l.service_id = s.service_id OR l.product_group = s.product_group OR l.product_group = '*'
),
cut AS (
    SELECT holder, service, effective_from AS day FROM cover
    UNION SELECT holder, service, effective_to FROM cover WHERE effective_to IS NOT NULL
)
SELECT cut.*, max(c.rate)::DECIMAL(5,4) AS rate, arg_max(c.discount_id, (c.rate, c.discount_id)) AS discount_id
FROM cut LEFT JOIN cover c ON c.holder = cut.holder AND c.service = cut.service
    AND c.effective_from <= cut.day AND (c.effective_to IS NULL OR c.effective_to > cut.day)
GROUP BY ALL
"""
"""The best rate for each holder and service from a day on, until the holder's next row."""

LINES = """
CREATE TABLE line AS
WITH segment AS (
    SELECT m.number AS month, m.lines, m.text AS month_text, a.*,
        greatest(a.managed_from, m.first) AS lo, least(coalesce(a.managed_to, m.until), m.until) AS hi
    FROM month m JOIN account a ON a.managed_from < m.until AND coalesce(a.managed_to, m.until) > m.first
    WHERE a.trades
),
share AS (
    SELECT *, sum(weight * (hi - lo)) OVER (PARTITION BY month ORDER BY number, lo) - weight * (hi - lo) AS above,
        sum(weight * (hi - lo)) OVER (PARTITION BY month) AS total
    FROM segment
),
drawn AS (
    SELECT m.number AS month, place, draw(total.total, m.number, place, 1) AS point
    FROM month m JOIN (SELECT DISTINCT month, total FROM share) total ON total.month = m.number, range(m.lines) r(place)
),
placed AS (
    SELECT s.* EXCLUDE (above, total), d.place, (s.lo + draw(s.hi - s.lo, s.month, d.place, 2)::INTEGER)::DATE AS day,
        draw((SELECT count(*) FROM service), s.number,
            least(draw(7, s.month, d.place, 3), draw(7, s.month, d.place, 4)), 5) AS service,
        draw(100, s.month, d.place, 6) < s.dollars AS in_dollars,
        draw(100, s.month, d.place, 7) AS luck
    FROM drawn d ASOF JOIN share s ON s.month = d.month AND d.point >= s.above
)
SELECT p.month, row_number() OVER (PARTITION BY p.month ORDER BY p.day, p.place) - 1 AS line, p.month_text,
    p.number AS account, p.account_id, p.account_type = 'partner' AS own, p.partner_id, p.billing_mode = 'prepaid' AS prepaid,
    p.day, p.lo, p.hi, coalesce(p.managed_to, (SELECT max(until) FROM month)) AS managed_until,
    CASE WHEN p.in_dollars THEN 'USD' ELSE 'VND' END AS currency,
    s.service_id, s.metered, s.unit,
    greatest((s.price * 10000 / CASE WHEN p.in_dollars THEN {rate} ELSE 1 END)::BIGINT, 1) AS price,
    p.luck < 10 AS fractional, p.luck < 2 AND p.in_dollars AS dust,
    CASE WHEN s.metered THEN 'usage' WHEN p.luck % 10 < 3 THEN 'new' WHEN p.luck % 10 < 8 THEN 'renew' ELSE 'resize' END
        AS charge_type,
    'ORD-' || p.month_text || '-' || padded(p.place, 5) AS order_id,
    'INV-' || p.month_text || '-' || padded(p.number, 4) AS invoice_id,
    'res-' || lower(to_hex(draw(4294967296, p.number * 8 + draw(8, p.month, p.place, 8), p.service, 9))) AS resource_id,
    s.sku || CASE draw(3, p.number, p.service, 10) WHEN 0 THEN '-HAN' WHEN 1 THEN '-SGN' ELSE '-DAD' END AS sku,
    s.name || ' – ' || (SELECT list(text ORDER BY number) FROM description)[
        1 + least(draw(40, p.month, p.place, 11), draw(8, p.month, p.place, 12))] AS description,
    CASE WHEN p.luck < 70 THEN 10 ELSE 8 END AS tax_percent,
    bp.discount_id AS partner_discount_id, bp.rate AS partner_rate,
    bc.discount_id AS customer_discount_id, bc.rate AS customer_rate,
    (10000 * (1 - coalesce(CASE WHEN p.account_type = 'partner' THEN bp.rate ELSE bc.rate END, 0)))::BIGINT AS share
FROM placed p JOIN service s ON s.number = p.service
ASOF LEFT JOIN best bp ON bp.holder = p.partner_id || '/' AND bp.service = p.service AND bp.day <= p.day
ASOF LEFT JOIN best bc ON bc.holder = p.partner_id || '/' || p.account_id AND bc.service = p.service AND bc.day <= p.day
ORDER BY p.month, line
"""
"""The lines of all months, numbered within each by day.

`price` is in ten-thousandths, `share` what the account pays of 10,000 of the list amount."""
