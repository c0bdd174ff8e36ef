"""The movements of credit of a month, told from what was used: who paid in, who handed on, what went wrong.

Usage entries pay a share of the charges. What an account used in a month is paid in beforehand (prepaid) or after
(postpaid), in parts, a little more than was used: by a top-up, a grant, or a transfer from its partner, which tops
up its own account for that.
"""

from __future__ import annotations

from datetime import date

from sodu.warehouse.sample.charges import INSTANT
from sodu.warehouse.sample.plan import Month

ENTRY = """
CREATE TABLE entry (
    entry_id VARCHAR, account_id VARCHAR, partner_id VARCHAR, occurred TIMESTAMP, kind VARCHAR, amount DECIMAL(38,12),
    currency VARCHAR, service_id VARCHAR, counterparty_account_id VARCHAR, transfer_id VARCHAR, charge_id VARCHAR,
    reverses_entry_id VARCHAR, reference VARCHAR, description VARCHAR
)
"""
"""Entries that wait to be written: with the file of the month in which they occur, or as late ones."""


def usage(priced: str, corrections: str) -> str:
    """A table of usage: each paid charge, and what corrections of such gave back or took."""
    return f"""
    CREATE OR REPLACE TABLE usage AS
    SELECT 'USE' || charge_id[4:] AS entry_id, i, account_id, partner_id, occurred, 'usage' AS kind,
        -(customer_amount + tax)::DECIMAL(38,12) AS amount, currency, service_id, charge_id, NULL::VARCHAR AS reverses_entry_id,
        CASE WHEN draw(9, month, i, 40) = 0 THEN description END AS description,
        month, month_text, own, prepaid, account, lo, hi, managed_until
    FROM ({priced}) WHERE customer_amount + tax <> 0
    UNION ALL
    SELECT 'REF' || charge_id[4:], i, account_id, partner_id, occurred,
        CASE WHEN customer_amount < 0 THEN 'refund' ELSE 'usage' END, -(customer_amount + tax), currency, service_id,
        charge_id, NULL, 'Điều chỉnh ' || corrects_charge_id, month, month_text, own, prepaid, account, lo, hi, managed_until
    FROM ({corrections}) WHERE customer_amount + tax <> 0
    """


def usage_entries(which: str) -> str:
    """The month's usage that meets a condition, in the columns of `entry`."""
    return f"""
    SELECT entry_id, account_id, partner_id, occurred, kind, amount, currency, service_id, NULL AS counterparty_account_id,
        NULL AS transfer_id, charge_id, reverses_entry_id, NULL AS reference, description
    FROM usage WHERE entry_id[:3] = 'USE' AND {which}"""


PAID_IN = """
CREATE OR REPLACE TABLE paid_in AS
WITH need AS (
    SELECT month, month_text, account_id, partner_id, currency, own, prepaid, account, lo, hi, managed_until, -sum(amount) AS used,
        1 + count(*) // 8 AS parts
    FROM usage WHERE entry_id[:3] = 'USE' GROUP BY ALL
)
SELECT *, draw(20, key, part, 50) AS way,
    CASE WHEN currency = 'VND' THEN 50000 * (1 + (used * 1.03 / parts / 50000)::BIGINT)
        ELSE 10 * (1 + (used * 1.03 / parts / 10)::BIGINT) END::DECIMAL(38,12) AS amount,
    least(managed_until - INTERVAL 1 SECOND, lo + to_seconds(((hi - lo) * 86400 * part // parts) + draw(3000, key, part, 51)
        + CASE WHEN prepaid THEN 0 ELSE 20 * 86400 END)) AS occurred,
    month_text || '-' || padded(account, 4) || currency[:1] || partner_id[-2:] || '-' || part AS ref
FROM (SELECT *, account * 64 + month AS key FROM need), range(parts) r(part)
"""
"""The parts in which each account's usage of the month is paid in."""

_TOPUPS = """
SELECT CASE WHEN own THEN 'TOP' WHEN way < 18 THEN 'TOP' ELSE 'GRA' END || '-' || ref, account_id, partner_id, occurred,
    CASE WHEN own THEN 'topup' WHEN way < 18 THEN 'topup' ELSE 'grant' END, amount, currency, NULL, NULL, NULL, NULL, NULL,
    CASE WHEN own OR way < 18 THEN 'VCB-' || strftime(occurred, '%Y%m%d') || '-' || draw(1000000, key, part, 52)
        ELSE 'PROMO-' || strftime(occurred, '%Y') END,
    CASE WHEN own OR way < 18 THEN 'Nạp tiền' ELSE 'Tặng credit "khuyến mại"' END
FROM paid_in WHERE own OR way >= 9
"""

_TRANSFERS = """
WITH handed AS (
    SELECT *, partner_id || '-own-1' AS main, strftime(occurred, '%Y%m%d') AS day FROM paid_in WHERE NOT own AND way < 9
)
SELECT 'TRI-' || ref, account_id, partner_id, occurred, 'transfer_in', amount, currency, NULL, main, 'TR-' || ref, NULL, NULL,
    'CK ' || day, NULL
FROM handed
UNION ALL
SELECT 'TRO-' || ref, main, partner_id, occurred, 'transfer_out', -amount, currency, NULL, account_id, 'TR-' || ref, NULL,
    NULL, 'CK ' || day, NULL
FROM handed
"""

_PARTNER_TOPUPS = """
WITH need AS (
    SELECT month, month_text, partner_id, currency, sum(amount) AS handed, 1 + count(*) // 6 AS parts
    FROM paid_in WHERE NOT own AND way < 9 GROUP BY ALL
)
SELECT 'TOP-' || month_text || '-' || partner_id || '-' || currency || '-' || part, partner_id || '-own-1', partner_id,
    m.first + to_seconds((m.until - m.first) * 86400 * part // parts),
    'topup', CASE WHEN currency = 'VND' THEN 1000000 * (1 + (handed / parts / 1000000)::BIGINT)
        ELSE 100 * (1 + (handed / parts / 100)::BIGINT) END::DECIMAL(38,12), currency, NULL, NULL, NULL, NULL, NULL,
    'ACB-' || month_text || '-' || part, 'Nạp credit đại lý'
FROM need JOIN month m ON m.number = need.month, range(parts) r(part)
"""

_HANDED_BACK = """
WITH back AS (
    SELECT *, hi::TIMESTAMP - INTERVAL 1 HOUR AS returned, partner_id || '-own-1' AS main,
        CASE WHEN currency = 'VND' THEN 10000 ELSE 1 END * (1 + draw(5, key, 0, 54)) AS given
    FROM paid_in WHERE NOT own AND part = 0 AND draw(25, key, 0, 53) = 0
)
SELECT 'TBO-' || ref, account_id, partner_id, returned, 'transfer_out', -given, currency, NULL, main, 'TB-' || ref, NULL, NULL,
    NULL, 'Hoàn lại đại lý'
FROM back
UNION ALL
SELECT 'TBI-' || ref, main, partner_id, returned, 'transfer_in', given, currency, NULL, account_id, 'TB-' || ref, NULL, NULL,
    NULL, 'Hoàn lại đại lý'
FROM back
"""

_ADJUSTMENTS = """
SELECT 'ADJ-' || ref, account_id, partner_id, hi::TIMESTAMP - INTERVAL 1 MICROSECOND, 'adjustment',
    CASE WHEN currency = 'USD' THEN (draw(2, key, 0, 56) * 2 - 1)::DECIMAL(38,12) * 0.000000000001 * (1 + draw(99, key, 0, 57))
        ELSE (draw(2, key, 0, 56) * 2 - 1)::DECIMAL(38,12) * 0.25 * (1 + draw(90000, key, 0, 57)) END,
    currency, NULL, NULL, NULL, NULL, NULL, NULL, 'Làm tròn,' || chr(10) || 'đối soát ' || month_text
FROM paid_in WHERE part = 0 AND draw(30, key, 0, 55) = 0
"""

_WELCOMES = """
SELECT 'WEL-' || account_id || '-' || partner_id, account_id, partner_id,
    greatest(managed_from, m.first) + INTERVAL 8 HOUR, 'grant', 500000, 'VND', NULL, NULL, NULL, NULL, NULL,
    'PROMO-WELCOME', 'Chào mừng khách hàng mới'
FROM account a JOIN month m
    ON a.managed_from >= m.first AND a.managed_from < m.until OR a.managed_from < m.first AND m.number = 0
WHERE account_type = 'customer' AND trades AND a.number % 3 = 0 AND m.number BETWEEN {lo} AND {hi}
"""

ENTRIES = (_TOPUPS, _TRANSFERS, _PARTNER_TOPUPS, _HANDED_BACK, _ADJUSTMENTS, _WELCOMES)
"""What is told of a month, in the columns of `entry`; months `{lo}` to `{hi}` are told."""

# A mistake is entered once more and taken back a day later, so that balances stay as they were.
_MISTAKEN = """
SELECT e.* REPLACE (
    e.entry_id || CASE WHEN undone THEN '-R' ELSE '-D' END AS entry_id,
    e.transfer_id || CASE WHEN undone THEN '-R' ELSE '-D' END AS transfer_id,
    CASE WHEN undone THEN e.entry_id || '-D' END AS reverses_entry_id,
    CASE WHEN undone THEN -e.amount ELSE e.amount END AS amount,
    CASE WHEN undone THEN greatest(e.occurred, least(e.occurred + INTERVAL 26 HOUR, a.until - INTERVAL 1 SECOND))
        ELSE e.occurred END AS occurred,
    CASE WHEN undone THEN 'Đảo bút toán nhập hai lần' ELSE e.description END AS description)
FROM ({entries}) e
JOIN (SELECT account_id, partner_id, max(coalesce(managed_to, DATE '{end}')) AS until FROM account GROUP BY ALL) a
    ON a.partner_id = e.partner_id
        AND a.account_id = CASE e.entry_id[:4] WHEN 'TRO-' THEN e.counterparty_account_id ELSE e.account_id END,
    (VALUES (false), (true)) m(undone)
WHERE e.occurred >= TIMESTAMP '{first}' AND e.occurred < TIMESTAMP '{until}'
    AND reverses_entry_id IS NULL AND NOT ends_with(entry_id, '-D') AND {which}
"""

_EXPIRIES = """
SELECT e.* REPLACE ('EXP' || entry_id[4:] AS entry_id, 'expiry' AS kind, -(amount::DECIMAL(36,12) * 0.1)::DECIMAL(38,12) AS amount,
    e.occurred + INTERVAL 45 DAY AS occurred, 'Credit tặng hết hạn' AS description)
FROM entry e JOIN account a ON a.account_id = e.account_id AND a.partner_id = e.partner_id
    AND e.occurred::DATE >= a.managed_from AND e.occurred::DATE < coalesce(a.managed_to, DATE '2200-01-01')
WHERE kind = 'grant' AND hash(entry_id) % 3 < 2
    AND e.occurred >= TIMESTAMP '{first}' AND e.occurred < TIMESTAMP '{until}'
    AND e.occurred + INTERVAL 45 DAY < least(a.managed_to, DATE '{end}')
"""


def mistakes(stretch: list[Month], end: date) -> list[str]:
    """Entries made twice and reversed: top-ups, transfers (both legs), and usage; `end` is the day after the last."""
    drawn = {
        "e.entry_id[:4] = 'TOP-' AND hash(e.entry_id) % 40 = 0": "FROM entry",
        "e.entry_id[:4] IN ('TRI-', 'TRO-') AND hash(e.transfer_id) % 40 = 0": "FROM entry",
        "true": usage_entries("draw(150, i, month, 60) = 0"),
    }
    days = {"first": stretch[0].first, "until": stretch[-1].until, "end": end}
    return [_MISTAKEN.format(which=which, entries=entries, **days) for which, entries in drawn.items()]


def expiries(stretch: list[Month], end: date) -> str:
    """What is left of a grant after 45 days; `end` is the day after the sample's last one."""
    return _EXPIRIES.format(first=stretch[0].first, until=stretch[-1].until, end=end)


GIVEN_BACK = """
SELECT entry_id, account_id, partner_id, occurred, kind, amount, currency, service_id, NULL, NULL, charge_id,
    reverses_entry_id, NULL, description
FROM usage WHERE entry_id[:3] = 'REF'
"""
"""What corrections of paid charges gave back or took, whenever it occurred."""


def contract_columns(entries: str) -> str:
    """Entries in the contract's columns."""
    return f"""
    SELECT entry_id, account_id, partner_id, {INSTANT.format("occurred")} AS occurred_at, kind, amount::DECIMAL(38,12) AS amount,
        currency, service_id, counterparty_account_id, transfer_id, charge_id, reverses_entry_id, reference, description
    FROM ({entries})"""
