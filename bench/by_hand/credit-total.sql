SELECT account_id, account_name, account_type, billing_mode, c.code AS currency, opening, topped_up, granted,
    transferred_in, transferred_out, used, refunded, expired, adjusted, closing, entries, last_top_up
FROM (
    SELECT f.account, f.currency, coalesce(sum(f.amount) FILTER (f.day < $start), 0) AS opening,
        sum(f.amount) FILTER (f.kind = 'topup' AND f.day >= $start) AS topped_up,
        sum(f.amount) FILTER (f.kind = 'grant' AND f.day >= $start) AS granted,
        sum(f.amount) FILTER (f.kind = 'transfer_in' AND f.day >= $start) AS transferred_in,
        -sum(f.amount) FILTER (f.kind = 'transfer_out' AND f.day >= $start) AS transferred_out,
        -sum(f.amount) FILTER (f.kind = 'usage' AND f.day >= $start) AS used,
        sum(f.amount) FILTER (f.kind = 'refund' AND f.day >= $start) AS refunded,
        -sum(f.amount) FILTER (f.kind = 'expiry' AND f.day >= $start) AS expired,
        sum(f.amount) FILTER (f.kind = 'adjustment' AND f.day >= $start) AS adjusted,
        sum(f.amount) AS closing, count(*) FILTER (f.day >= $start) AS entries,
        max(f.day) FILTER (f.kind = 'topup' AND f.amount > 0) AS last_top_up
    FROM credit_entries f
    WHERE f.day < $end {scope}
    GROUP BY f.account, f.currency
) g
JOIN accounts USING (account)
JOIN currency_keys c ON c.currency = g.currency
WHERE opening <> 0 OR entries > 0
ORDER BY currency, account_id
-- totals
, part AS (
    SELECT f.currency, f.own, f.kind, f.counterparty IS NOT NULL {inside} AS internal,
        coalesce(f.counterparty_own = f.own, false) AS same_type, sum(f.amount) FILTER (f.day < $start) AS opening, sum(f.amount) AS closing,
        sum(f.amount) FILTER (f.day >= $start) AS moved, count(*) FILTER (f.day >= $start) AS entries
    FROM credit_entries f
    WHERE f.day < $end {scope}
    GROUP BY ALL
)
SELECT c.code AS currency, t.account_type, sum(opening) AS opening, sum(moved) FILTER (kind = 'topup') AS topped_up,
    sum(moved) FILTER (kind = 'grant') AS granted,
    sum(moved) FILTER (kind = 'transfer_in' AND NOT (internal AND (t.account_type = 'both' OR same_type))) AS transferred_in,
    -sum(moved) FILTER (kind = 'transfer_out' AND NOT (internal AND (t.account_type = 'both' OR same_type))) AS transferred_out,
    -sum(moved) FILTER (kind = 'usage') AS used, sum(moved) FILTER (kind = 'refund') AS refunded,
    -sum(moved) FILTER (kind = 'expiry') AS expired, sum(moved) FILTER (kind = 'adjustment') AS adjusted,
    sum(closing) AS closing, sum(entries) AS entries,
    sum(moved) FILTER (kind = 'transfer_in' AND internal AND (t.account_type = 'both' OR same_type)) AS eliminated
FROM part
JOIN currency_keys c USING (currency)
JOIN (VALUES ('both'), ('partner'), ('customer')) t(account_type)
    ON t.account_type = 'both' OR own = (t.account_type = 'partner')
GROUP BY ALL
