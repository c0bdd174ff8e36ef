, page AS (
    SELECT * FROM credit_entries f
    WHERE f.day >= $start AND f.day < $end AND f.listing = 'usage' {scope} {after}
    ORDER BY f.occurred_at, f.entry_id
    LIMIT 100
),
balances AS (
    SELECT f.entry_id, sum(f.amount) OVER (PARTITION BY f.account, f.currency ORDER BY f.occurred_at, f.entry_id
        ROWS UNBOUNDED PRECEDING) AS balance_after
    FROM credit_entries f
    WHERE f.day < $end {scope} AND f.account IN (SELECT account FROM page)
)
SELECT f.occurred_at, a.account_id, a.account_name, a.account_type, f.kind, service_id, f.charge_id, f.reference,
    o.account_id AS counterparty_account_id, o.account_name AS counterparty_name, f.description, c.code AS currency,
    -f.amount AS amount, balance_after, f.entry_id
FROM page f
JOIN balances USING (entry_id)
JOIN accounts a ON a.account = f.account
LEFT JOIN accounts o ON o.account = f.counterparty
LEFT JOIN services s ON s.service = f.service
JOIN currency_keys c ON c.currency = f.currency
ORDER BY f.occurred_at, f.entry_id
-- totals
, part AS (
    SELECT f.currency, f.own, f.kind, f.counterparty IS NOT NULL {inside} AS internal,
        coalesce(f.counterparty_own = f.own, false) AS same_type, -sum(f.amount) AS moved
    FROM credit_entries f
    WHERE f.day >= $start AND f.day < $end AND f.listing = 'usage' {scope}
    GROUP BY ALL
)
SELECT c.code AS currency, t.account_type, sum(moved) FILTER (kind = 'usage') AS used,
    -sum(moved) FILTER (kind = 'refund') AS refunded, sum(moved) FILTER (kind = 'expiry') AS expired,
    sum(moved) FILTER (kind = 'transfer_out' AND NOT (internal AND (t.account_type = 'both' OR same_type))) AS transferred_out,
    sum(moved) FILTER (kind = 'adjustment') AS adjusted,
    sum(moved) FILTER (kind = 'transfer_out' AND internal AND (t.account_type = 'both' OR same_type)) AS eliminated,
    sum(moved) FILTER (NOT (kind = 'transfer_out' AND internal AND (t.account_type = 'both' OR same_type))) AS amount
FROM part
JOIN currency_keys c USING (currency)
JOIN (VALUES ('both'), ('partner'), ('customer')) t(account_type)
    ON t.account_type = 'both' OR own = (t.account_type = 'partner')
GROUP BY ALL
