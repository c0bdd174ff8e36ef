-- presence
SELECT c.code AS currency, max(f.last_at) AS last_at,
  min(CASE WHEN f.seq <= $known AND f.account = $accounts THEN f.first_day END) AS first_day
FROM credit_entries_presence AS f
JOIN currency_keys AS c ON c.currency = f.currency
WHERE f.seq <= $known
GROUP BY c.code
-- $accounts: INTEGER = 3
-- $known: INTEGER = 9

-- rows
WITH accounts_known AS (
  SELECT account, account_id, own, name, billing_mode
  FROM (
    SELECT v.account, k.account_id, v.own, v.name, v.billing_mode,
      row_number() OVER (PARTITION BY v.account ORDER BY v.managed_from DESC, v.seq DESC) AS nth
    FROM account_versions AS v JOIN account_keys AS k ON k.account = v.account
    WHERE v.seq <= $known
  ) AS versions
  WHERE nth = 1
),
lines AS (
    SELECT k.account, k.currency, coalesce(sum(k.before_period), 0) AS opening,
      coalesce(sum(CASE WHEN k.kind = 'topup' THEN k.moved END), 0) AS topped_up,
      coalesce(sum(CASE WHEN k.kind = 'grant' THEN k.moved END), 0) AS granted,
      coalesce(sum(CASE WHEN k.kind = 'transfer_in' THEN k.moved END), 0) AS transferred_in,
      coalesce(sum(CASE WHEN k.kind = 'transfer_out' THEN -k.moved END), 0) AS transferred_out,
      coalesce(sum(CASE WHEN k.kind = 'usage' THEN -k.moved END), 0) AS used,
      coalesce(sum(CASE WHEN k.kind = 'refund' THEN k.moved END), 0) AS refunded,
      coalesce(sum(CASE WHEN k.kind = 'expiry' THEN -k.moved END), 0) AS expired,
      coalesce(sum(CASE WHEN k.kind = 'adjustment' THEN k.moved END), 0) AS adjusted,
      coalesce(sum(k.until_end), 0) AS closing, sum(k.moves) AS entries, max(k.top_up) AS last_top_up
    FROM (
      SELECT f.account, f.currency, f.kind,
        sum(CASE WHEN f.day < $start THEN f.amount END) AS before_period,
        sum(CASE WHEN f.day >= $start AND f.day < $end THEN f.amount END) AS moved,
        sum(f.amount) AS until_end,
        count(CASE WHEN f.day >= $start AND f.day < $end THEN f.entry_id END) AS moves,
        max(CASE WHEN f.kind = 'topup' AND f.amount > 0 THEN f.day END) AS top_up
      FROM credit_entries AS f
      WHERE f.seq <= $known AND f.account = $accounts AND f.day < $end
      GROUP BY f.account, f.currency, f.kind
    ) AS k
    GROUP BY k.account, k.currency
),
joined AS (
  SELECT n.account AS account_key, n.currency AS currency_key, 
    n.opening AS opening, n.topped_up AS topped_up, n.granted AS granted, n.transferred_in AS transferred_in, n.transferred_out AS transferred_out, n.used AS used, n.refunded AS refunded, n.expired AS expired, n.adjusted AS adjusted, n.closing AS closing, n.entries AS entries, n.last_top_up AS last_top_up
  FROM lines AS n
)
SELECT a.account_id, coalesce(a.name, '(unassigned)') AS account_name,
  CASE WHEN a.own THEN 'partner' ELSE 'customer' END AS account_type, a.billing_mode, c.code AS currency,
  j.* EXCLUDE (account_key, currency_key),
  closing - (opening + topped_up + granted + transferred_in - transferred_out - used + refunded - expired + adjusted) AS gap
FROM joined AS j
LEFT JOIN accounts_known AS a ON a.account = j.account_key
LEFT JOIN currency_keys AS c ON c.currency = j.currency_key
WHERE j.entries > 0 OR j.opening <> 0
-- $accounts: INTEGER = 3
-- $end: DATE = 2026-11-01
-- $known: INTEGER = 9
-- $start: DATE = 2026-10-01

-- totals
SELECT c.code AS currency, t.* EXCLUDE (currency)
FROM (
  SELECT f.currency, f.own, f.kind, f.listing, (f.counterparty IS NOT NULL AND f.counterparty = $accounts) AS internal,
    coalesce(f.counterparty_own = f.own, FALSE) AS same_type,
    sum(CASE WHEN f.day < $start THEN f.amount END) AS opening,
    sum(CASE WHEN f.day < $end THEN f.amount END) AS closing,
    sum(CASE WHEN f.day >= $start AND f.day < $end THEN f.amount END) AS moved,
    count(CASE WHEN f.day >= $start AND f.day < $end THEN f.entry_id END) AS entries
  FROM credit_entries AS f
  WHERE f.seq <= $known AND f.account = $accounts AND f.day < $until
  GROUP BY ALL
) AS t
JOIN currency_keys AS c ON c.currency = t.currency
-- $accounts: INTEGER = 3
-- $end: DATE = 2026-11-01
-- $known: INTEGER = 9
-- $start: DATE = 2026-10-01
-- $until: DATE = 2026-11-01

-- closings
SELECT c.code AS currency, t.own, t.closing
FROM (
  SELECT f.currency, f.own, sum(f.amount) AS closing
  FROM credit_entries AS f
  WHERE f.seq <= $known AND f.account = $accounts AND f.day < $start
  GROUP BY f.currency, f.own
) AS t
JOIN currency_keys AS c ON c.currency = t.currency
-- $accounts: INTEGER = 3
-- $known: INTEGER = 9
-- $start: DATE = 2026-10-01

