-- presence
SELECT c.code AS currency, max(f.last_at) AS last_at,
  min(CASE WHEN f.seq <= $known THEN f.first_day END) AS first_day
FROM credit_entries_presence AS f
JOIN currency_keys AS c ON c.currency = f.currency
WHERE f.seq <= $known
GROUP BY c.code
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
    SELECT h.account, h.currency, h.bucket,
      h.before_period + coalesce(sum(m.moved) OVER (PARTITION BY h.account, h.currency ORDER BY h.bucket ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS opening,
      coalesce(m.topped_up, 0) AS topped_up,
      coalesce(m.granted, 0) AS granted,
      coalesce(m.transferred_in, 0) AS transferred_in,
      coalesce(m.transferred_out, 0) AS transferred_out,
      coalesce(m.used, 0) AS used,
      coalesce(m.refunded, 0) AS refunded,
      coalesce(m.expired, 0) AS expired,
      coalesce(m.adjusted, 0) AS adjusted,
      coalesce(m.entries, 0) AS entries,
      h.before_period + coalesce(sum(m.moved) OVER (PARTITION BY h.account, h.currency ORDER BY h.bucket ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), 0) AS closing,
      coalesce(max(m.last_top_up) OVER (PARTITION BY h.account, h.currency ORDER BY h.bucket ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), h.last_top_up) AS last_top_up
    FROM (
      SELECT g.account, g.currency, d.bucket, g.before_period, g.last_top_up
      FROM (
        SELECT f.account, f.currency,
          coalesce(sum(CASE WHEN f.day < $start THEN f.amount END), 0) AS before_period,
          max(CASE WHEN f.top_ups > 0 AND f.day < $start THEN f.day END) AS last_top_up
        FROM credit_entries_by_account AS f
        WHERE f.seq <= $known AND f.day < $end
        GROUP BY f.account, f.currency
      ) AS g CROSS JOIN (SELECT unnest($buckets) AS bucket) AS d
    ) AS h
    LEFT JOIN (
      SELECT f.account, f.currency, CAST(date_trunc('month', f.day) AS DATE) AS bucket,
        sum(CASE WHEN f.kind = 'topup' THEN f.amount END) AS topped_up,
        sum(CASE WHEN f.kind = 'grant' THEN f.amount END) AS granted,
        sum(CASE WHEN f.kind = 'transfer_in' THEN f.amount END) AS transferred_in,
        sum(CASE WHEN f.kind = 'transfer_out' THEN -f.amount END) AS transferred_out,
        sum(CASE WHEN f.kind = 'usage' THEN -f.amount END) AS used,
        sum(CASE WHEN f.kind = 'refund' THEN f.amount END) AS refunded,
        sum(CASE WHEN f.kind = 'expiry' THEN -f.amount END) AS expired,
        sum(CASE WHEN f.kind = 'adjustment' THEN f.amount END) AS adjusted,
        sum(f.amount) AS moved, coalesce(sum(f.facts), 0) AS entries,
        max(CASE WHEN f.top_ups > 0 THEN f.day END) AS last_top_up
      FROM credit_entries_by_account AS f
      WHERE f.seq <= $known AND f.day >= $start AND f.day < $end
      GROUP BY ALL
    ) AS m ON m.account = h.account AND m.currency = h.currency AND m.bucket = h.bucket
),
joined AS (
  SELECT n.account AS account_key, n.currency AS currency_key, n.bucket, 
    n.opening AS opening, n.topped_up AS topped_up, n.granted AS granted, n.transferred_in AS transferred_in, n.transferred_out AS transferred_out, n.used AS used, n.refunded AS refunded, n.expired AS expired, n.adjusted AS adjusted, n.closing AS closing, n.entries AS entries, n.last_top_up AS last_top_up
  FROM lines AS n
)
SELECT bucket, a.account_id, coalesce(a.name, '(unassigned)') AS account_name,
  CASE WHEN a.own THEN 'partner' ELSE 'customer' END AS account_type, a.billing_mode, c.code AS currency,
  j.* EXCLUDE (account_key, currency_key, bucket),
  closing - (opening + topped_up + granted + transferred_in - transferred_out - used + refunded - expired + adjusted) AS gap
FROM joined AS j
LEFT JOIN accounts_known AS a ON a.account = j.account_key
LEFT JOIN currency_keys AS c ON c.currency = j.currency_key
WHERE j.entries > 0 OR j.opening <> 0
-- $buckets: DATE[] = [datetime.date(2026, 1, 1), datetime.date(2026, 2, 1), datetime.date(2026, 3, 1), datetime.date(2026, 4, 1), datetime.date(2026, 5, 1), datetime.date(2026, 6, 1), datetime.date(2026, 7, 1), datetime.date(2026, 8, 1), datetime.date(2026, 9, 1), datetime.date(2026, 10, 1), datetime.date(2026, 11, 1), datetime.date(2026, 12, 1)]
-- $end: DATE = 2027-01-01
-- $known: INTEGER = 9
-- $start: DATE = 2026-01-01

-- totals
SELECT c.code AS currency, t.* EXCLUDE (currency)
FROM (
  SELECT f.currency, f.own, f.kind, f.listing, (f.is_transfer) AS internal,
    coalesce(f.counterparty_own = f.own, FALSE) AS same_type,
    sum(CASE WHEN f.day < $start THEN f.amount END) AS opening,
    sum(CASE WHEN f.day < $end THEN f.amount END) AS closing,
    sum(CASE WHEN f.day >= $start AND f.day < $end THEN f.amount END) AS moved,
    coalesce(sum(CASE WHEN f.day >= $start AND f.day < $end THEN f.facts END), 0) AS entries
  FROM credit_entries_by_account AS f
  WHERE f.seq <= $known AND f.day < $until
  GROUP BY ALL
) AS t
JOIN currency_keys AS c ON c.currency = t.currency
-- $end: DATE = 2027-01-01
-- $known: INTEGER = 9
-- $start: DATE = 2026-01-01
-- $until: DATE = 2027-01-01

-- closings
SELECT c.code AS currency, t.own, t.closing
FROM (
  SELECT f.currency, f.own, sum(f.amount) AS closing
  FROM credit_entries_by_account AS f
  WHERE f.seq <= $known AND f.day < $start
  GROUP BY f.currency, f.own
) AS t
JOIN currency_keys AS c ON c.currency = t.currency
-- $known: INTEGER = 9
-- $start: DATE = 2026-01-01

