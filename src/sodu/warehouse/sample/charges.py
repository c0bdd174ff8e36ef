"""The charges of a month, made from the plan's lines by column, never row by row."""

from __future__ import annotations

from sodu.warehouse.sample.plan import Month

INSTANT = "strftime({}, '%Y-%m-%dT%H:%M:%S.%f+07:00')"
"""A local time as an instant; Vietnam's offset has not changed since 1975."""


def numbered(stretch: list[Month], which: str = "true") -> str:
    """The numbers of the months' charges that meet a condition, each with its line of the plan."""
    return " UNION ALL ".join(
        f"SELECT {month.number} AS month, i, i::BIGINT * {month.lines} // {month.base} AS line "
        f"FROM number WHERE i < {month.base} AND {which}"
        for month in stretch
    )


def drawn_corrections(stretch: list[Month], stride: int) -> str:
    """The numbers of the charges that are corrected, one in each stride, with what is done to them."""
    drawn = " UNION ALL ".join(
        f"SELECT {month.number} AS month, {month.lines} AS lines, {month.base} AS base, i AS j FROM number "
        f"WHERE i < {month.corrections}"
        for month in stretch
    )
    return f"""
    SELECT month, i, i * lines // base AS line, remedy, delay
    FROM (SELECT *, j::BIGINT * {stride} + draw({stride}, month, j, 20) AS i, draw(5, month, j, 21) AS remedy,
        draw(40 * 86400, month, j, 22) AS delay FROM ({drawn}))"""


# Amounts are counted in whole millionths until the last step: shortening a decimal of more than 18 digits costs
# a hundred times as much as any other step here.
_MILLIONTHS = """CASE
    WHEN fractional OR currency = 'VND' AND exact < 100000000 THEN exact
    WHEN currency = 'USD' THEN greatest((exact + 5000) // 10000 * 10000, 10000)
    ELSE (exact + 50000000) // 100000000 * 100000000 END"""
"""The list amount: dong in whole hundreds and dollars in cents, except where the meter's exact amount is billed."""

_TEN_THOUSANDTHS_OF_TAX = """CASE WHEN dust THEN 0 WHEN currency = 'VND' AND NOT fractional
    THEN (millionths // 100 * share * tax_percent + 5000000000) // 10000000000 * 10000
    ELSE (millionths // 100 * share * tax_percent + 500000) // 1000000 END"""


def amounts(numbers: str, stretch: list[Month]) -> str:
    """Numbered charges with their time, quantity, list amount and tax."""
    months = f"month BETWEEN {stretch[0].number} AND {stretch[-1].number}"
    return f"""
    SELECT *, 'CHG-' || month_text || '-' || lpad(i::VARCHAR, 7, '0') AS charge_id,
        hundredths::DECIMAL(18,0) * 0.01::DECIMAL(3,2) AS quantity,
        CASE WHEN dust THEN (1 + draw(99999, month, i, 30))::DECIMAL(20,0) * 0.00000001::DECIMAL(9,8)
            ELSE millionths::DECIMAL(20,0) * 0.000001::DECIMAL(9,8) END AS list,
        ({_TEN_THOUSANDTHS_OF_TAX})::DECIMAL(20,0) * 0.0001::DECIMAL(5,4) AS tax,
        CASE draw(700, month, i, 31) WHEN 0 THEN day::TIMESTAMP
            WHEN 1 THEN day + INTERVAL 1 DAY - INTERVAL 1 MICROSECOND
            ELSE day + to_microseconds(second * 1000000 + CASE WHEN metered THEN 0 ELSE draw(1000000, month, i, 32) END)
            END AS occurred
    FROM (SELECT *, {_MILLIONTHS} AS millionths FROM (SELECT *, hundredths * price AS exact FROM (
        SELECT n.*, l.* EXCLUDE (month, line),
            draw(24, month, i, 33) * 3600 + CASE WHEN metered THEN 0 ELSE draw(3600, month, i, 34) END AS second,
            CASE WHEN metered THEN 1 + draw(100 + 900 * (line % 30), month, i, 35)
                ELSE 100 + 100 * draw(1 + line % 12, month, i, 36) END AS hundredths
        FROM ({numbers}) n JOIN (SELECT * FROM line WHERE {months}) l USING (month, line))))"""


def priced(charges: str) -> str:
    """Charges with what partner and customer pay: the list amount less the captured rate, to the last digit."""
    partner = "list * (1 - coalesce(partner_rate, 0))::DECIMAL(5,4)"
    customer = "list * (1 - coalesce(customer_rate, 0))::DECIMAL(5,4)"
    return f"""
    SELECT *, {partner} AS partner_amount, CASE WHEN own THEN {partner} ELSE {customer} END AS customer_amount,
        NULL::VARCHAR AS corrects_charge_id
    FROM ({charges})"""


def drawn(charges: str) -> str:
    """What is kept of priced charges: all that is not the plan's line's."""
    return f"""SELECT month, i, line, charge_id, quantity, list, tax, occurred, partner_amount, customer_amount,
        corrects_charge_id FROM ({charges})"""


def kept(stretch: list[Month]) -> str:
    """The months' rows of the table `charge`, with the lines of the plan."""
    months = f"month BETWEEN {stretch[0].number} AND {stretch[-1].number}"
    return f"""FROM (SELECT c.*, l.* EXCLUDE (month, line)
        FROM (SELECT * FROM charge WHERE {months}) c JOIN (SELECT * FROM line WHERE {months}) l USING (month, line))"""


def corrected(charges: str) -> str:
    """What corrects the given priced charges, some days later while the account stays where it is."""
    factor = """CASE WHEN dust OR remedy = 0 THEN -1 WHEN remedy = 1 THEN -0.5 WHEN remedy = 2 THEN -0.1
        WHEN remedy = 3 THEN -0.25 ELSE 0.1 END::DECIMAL(3,2)"""
    scaled = ", ".join(
        f"({name}::DECIMAL(32,{digits}) * {factor})::DECIMAL(34,{most}) AS {name}"
        for name, digits, most in (
            ("quantity", 2, 2),
            ("list", 8, 8),
            ("tax", 4, 4),
            ("partner_amount", 12, 12),
            ("customer_amount", 12, 12),
        )
    )
    return f"""
    SELECT * REPLACE ({scaled}, 'FIX' || charge_id[4:] AS charge_id, charge_id AS corrects_charge_id,
        CASE WHEN remedy < 2 THEN 'refund' ELSE 'correction' END AS charge_type,
        greatest(occurred, least(occurred + to_seconds(delay), managed_until - INTERVAL 1 SECOND)) AS occurred)
    FROM ({charges})"""


def contract_columns(charges: str) -> str:
    """Priced charges in the contract's columns."""
    ends = "CASE WHEN metered THEN occurred + INTERVAL 1 HOUR WHEN unit = 'task' THEN NULL ELSE occurred + INTERVAL 1 MONTH END"
    return f"""
    SELECT charge_id, account_id, partner_id, service_id, {INSTANT.format("occurred")} AS occurred_at,
        CASE WHEN unit <> 'task' THEN {INSTANT.format("occurred")} END AS service_from, {INSTANT.format(ends)} AS service_to,
        order_id, invoice_id, resource_id, sku, description, charge_type, quantity::DECIMAL(18,2) AS quantity, unit,
        list::DECIMAL(38,12) AS list_amount, partner_amount::DECIMAL(38,12) AS partner_amount,
        customer_amount::DECIMAL(38,12) AS customer_amount, tax::DECIMAL(38,12) AS tax_amount, currency,
        partner_discount_id, CASE WHEN NOT own THEN customer_discount_id END AS customer_discount_id,
        partner_rate AS partner_discount_rate, CASE WHEN NOT own THEN customer_rate END AS customer_discount_rate,
        corrects_charge_id
    FROM ({charges})"""
