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
        coalesce(sum(CASE WHEN f.day >= $start AND f.day < $end THEN f.facts END), 0) AS moves,
        max(CASE WHEN f.top_ups > 0 THEN f.day END) AS top_up
      FROM credit_entries_by_account AS f
      WHERE f.seq <= $known AND f.day < $end
      GROUP BY f.account, f.currency, f.kind
    ) AS k
    GROUP BY k.account, k.currency
),
lines_before AS (
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
        sum(CASE WHEN f.day < $start_before THEN f.amount END) AS before_period,
        sum(CASE WHEN f.day >= $start_before AND f.day < $end_before THEN f.amount END) AS moved,
        sum(f.amount) AS until_end,
        coalesce(sum(CASE WHEN f.day >= $start_before AND f.day < $end_before THEN f.facts END), 0) AS moves,
        max(CASE WHEN f.top_ups > 0 THEN f.day END) AS top_up
      FROM credit_entries_by_account AS f
      WHERE f.seq <= $known AND f.day < $end_before
      GROUP BY f.account, f.currency, f.kind
    ) AS k
    GROUP BY k.account, k.currency
),
joined AS (
  SELECT account AS account_key, currency AS currency_key, 
    coalesce(n.opening, 0) AS opening, coalesce(n.topped_up, 0) AS topped_up, coalesce(n.granted, 0) AS granted, coalesce(n.transferred_in, 0) AS transferred_in, coalesce(n.transferred_out, 0) AS transferred_out, coalesce(n.used, 0) AS used, coalesce(n.refunded, 0) AS refunded, coalesce(n.expired, 0) AS expired, coalesce(n.adjusted, 0) AS adjusted, coalesce(n.closing, 0) AS closing, coalesce(n.entries, 0) AS entries, n.last_top_up AS last_top_up, coalesce(b.opening, 0) AS opening_before, coalesce(b.topped_up, 0) AS topped_up_before, coalesce(b.granted, 0) AS granted_before, coalesce(b.transferred_in, 0) AS transferred_in_before, coalesce(b.transferred_out, 0) AS transferred_out_before, coalesce(b.used, 0) AS used_before, coalesce(b.refunded, 0) AS refunded_before, coalesce(b.expired, 0) AS expired_before, coalesce(b.adjusted, 0) AS adjusted_before, coalesce(b.closing, 0) AS closing_before, coalesce(b.entries, 0) AS entries_before
  FROM lines AS n FULL JOIN lines_before AS b USING (account, currency)
)
SELECT a.account_id, coalesce(a.name, '(unassigned)') AS account_name,
  CASE WHEN a.own THEN 'partner' ELSE 'customer' END AS account_type, a.billing_mode, c.code AS currency,
  j.* EXCLUDE (account_key, currency_key),
  closing - (opening + topped_up + granted + transferred_in - transferred_out - used + refunded - expired + adjusted) AS gap, closing_before - (opening_before + topped_up_before + granted_before + transferred_in_before - transferred_out_before - used_before + refunded_before - expired_before + adjusted_before) AS gap_before
FROM joined AS j
LEFT JOIN accounts_known AS a ON a.account = j.account_key
LEFT JOIN currency_keys AS c ON c.currency = j.currency_key
WHERE j.entries > 0 OR j.opening <> 0 OR j.entries_before > 0 OR j.opening_before <> 0
-- $end: DATE = 2026-11-01
-- $end_before: DATE = 2026-10-01
-- $known: INTEGER = 9
-- $start: DATE = 2026-10-01
-- $start_before: DATE = 2026-09-01

-- totals
SELECT c.code AS currency, t.* EXCLUDE (currency)
FROM (
  SELECT f.currency, f.own, f.kind, f.listing, (f.is_transfer) AS internal,
    coalesce(f.counterparty_own = f.own, FALSE) AS same_type,
    sum(CASE WHEN f.day < $start THEN f.amount END) AS opening,
    sum(CASE WHEN f.day < $end THEN f.amount END) AS closing,
    sum(CASE WHEN f.day >= $start AND f.day < $end THEN f.amount END) AS moved,
    coalesce(sum(CASE WHEN f.day >= $start AND f.day < $end THEN f.facts END), 0) AS entries,
    sum(CASE WHEN f.day < $start_before THEN f.amount END) AS opening_before,
    sum(CASE WHEN f.day < $end_before THEN f.amount END) AS closing_before,
    sum(CASE WHEN f.day >= $start_before AND f.day < $end_before THEN f.amount END) AS moved_before,
    coalesce(sum(CASE WHEN f.day >= $start_before AND f.day < $end_before THEN f.facts END), 0) AS entries_before
  FROM credit_entries_by_account AS f
  WHERE f.seq <= $known AND f.day < $until
  GROUP BY ALL
) AS t
JOIN currency_keys AS c ON c.currency = t.currency
-- $end: DATE = 2026-11-01
-- $end_before: DATE = 2026-10-01
-- $known: INTEGER = 9
-- $start: DATE = 2026-10-01
-- $start_before: DATE = 2026-09-01
-- $until: DATE = 2026-11-01

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
-- $start: DATE = 2026-10-01

