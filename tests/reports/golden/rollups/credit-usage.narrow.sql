-- presence
SELECT c.code AS currency, max(f.last_at) AS last_at,
  min(CASE WHEN f.seq <= $known AND f.seq NOT IN (SELECT unnest($withdrawn)) AND f.partner = $partners AND f.account IN (SELECT unnest($accounts)) AND f.service = $services AND NOT f.own AND f.currency = $currency THEN f.first_day END) AS first_day
FROM credit_entries_presence AS f
JOIN currency_keys AS c ON c.currency = f.currency
WHERE f.seq <= $known AND f.seq NOT IN (SELECT unnest($withdrawn)) AND f.partner = $partners
GROUP BY c.code
-- $accounts: INTEGER[] = [2, 3]
-- $currency: INTEGER = 1
-- $known: INTEGER = 9
-- $partners: INTEGER = 1
-- $services: INTEGER = 5
-- $withdrawn: INTEGER[] = [4]

-- rows
WITH accounts_known AS (
  SELECT account, account_id, own, name, billing_mode
  FROM (
    SELECT v.account, k.account_id, v.own, v.name, v.billing_mode,
      row_number() OVER (PARTITION BY v.account ORDER BY v.managed_from DESC, v.seq DESC) AS nth
    FROM account_versions AS v JOIN account_keys AS k ON k.account = v.account
    WHERE v.seq <= $known AND v.seq NOT IN (SELECT unnest($withdrawn)) AND v.partner = $partners
  ) AS versions
  WHERE nth = 1
),
services_known AS (
  SELECT service, service_id, name, product_group
  FROM (
    SELECT v.service, k.service_id, v.name, v.product_group,
      row_number() OVER (PARTITION BY v.service ORDER BY v.seq DESC) AS nth
    FROM service_versions AS v JOIN service_keys AS k ON k.service = v.service
    WHERE v.seq <= $known AND v.seq NOT IN (SELECT unnest($withdrawn))
  ) AS versions
  WHERE nth = 1
),
page AS (
  SELECT f.*, f.occurred_at AS order_0, f.entry_id AS order_1
  FROM credit_entries AS f
  WHERE f.seq <= $known AND f.seq NOT IN (SELECT unnest($withdrawn)) AND f.partner = $partners AND f.account IN (SELECT unnest($accounts)) AND f.service = $services AND NOT f.own AND f.currency = $currency AND f.day >= $start AND f.day < $end AND f.listing = 'usage' AND f.occurred_at >= $after_0 AND (f.occurred_at > $after_0 OR (f.occurred_at = $after_0 AND (f.entry_id > $after_1 OR (f.entry_id = $after_1 AND FALSE))))
  ORDER BY f.occurred_at ASC NULLS FIRST, f.entry_id ASC NULLS FIRST
  LIMIT 101
),
balances AS (
  SELECT p.seq, p.entry_id, sum(m.amount) AS balance_after
  FROM page AS p JOIN (
    SELECT f.account, f.currency, NULL AS occurred_at, NULL AS entry_id, sum(f.amount) AS amount
    FROM credit_entries_by_account AS f
    WHERE f.seq <= $known AND f.seq NOT IN (SELECT unnest($withdrawn)) AND f.partner = $partners AND f.day < $end AND f.day < (SELECT min(day) - 1 FROM page)
    GROUP BY f.account, f.currency
    UNION ALL
    SELECT f.account, f.currency, f.occurred_at, f.entry_id, f.amount
    FROM credit_entries AS f
    WHERE f.seq <= $known AND f.seq NOT IN (SELECT unnest($withdrawn)) AND f.partner = $partners AND f.day < $end AND f.day >= (SELECT min(day) - 1 FROM page) AND f.day <= (SELECT max(day) + 1 FROM page)
  ) AS m ON m.account = p.account AND m.currency = p.currency
  WHERE m.entry_id IS NULL OR m.occurred_at < p.occurred_at
    OR (m.occurred_at = p.occurred_at AND m.entry_id <= p.entry_id)
  GROUP BY p.seq, p.entry_id
)
SELECT
  f.occurred_at AS occurred_at,
  a.account_id AS account_id,
  coalesce(a.name, '(unassigned)') AS account_name,
  CASE WHEN f.own THEN 'partner' ELSE 'customer' END AS account_type,
  f.kind AS kind,
  s.service_id AS service_id,
  f.charge_id AS charge_id,
  f.reference AS reference,
  pk.account_id AS counterparty_account_id,
  CASE WHEN f.counterparty IS NOT NULL THEN coalesce(p.name, '(unassigned)') END AS counterparty_name,
  f.description AS description,
  c.code AS currency,
  -f.amount AS amount,
  b.balance_after AS balance_after,
  f.entry_id AS entry_id
FROM page AS f
LEFT JOIN accounts_known AS a ON a.account = f.account
LEFT JOIN services_known AS s ON s.service = f.service
LEFT JOIN currency_keys AS c ON c.currency = f.currency
LEFT JOIN account_keys AS pk ON pk.account = f.counterparty
LEFT JOIN accounts_known AS p ON p.account = f.counterparty
JOIN balances AS b ON b.seq = f.seq AND b.entry_id = f.entry_id
ORDER BY f.order_0 ASC NULLS FIRST, f.order_1 ASC NULLS FIRST
-- $accounts: INTEGER[] = [2, 3]
-- $after_0: TIMESTAMP = 2026-10-05
-- $after_1: VARCHAR = k9
-- $currency: INTEGER = 1
-- $end: DATE = 2026-11-01
-- $known: INTEGER = 9
-- $partners: INTEGER = 1
-- $services: INTEGER = 5
-- $start: DATE = 2026-10-01
-- $withdrawn: INTEGER[] = [4]

-- totals
SELECT c.code AS currency, t.* EXCLUDE (currency)
FROM (
  SELECT f.currency, f.own, f.kind, f.listing, (f.counterparty IS NOT NULL AND f.counterparty_partner = $partners AND f.counterparty IN (SELECT unnest($accounts)) AND NOT f.counterparty_own) AS internal,
    coalesce(f.counterparty_own = f.own, FALSE) AS same_type,
    sum(CASE WHEN f.day >= $start AND f.day < $end THEN f.amount END) AS moved,
    count(CASE WHEN f.day >= $start AND f.day < $end THEN f.entry_id END) AS entries
  FROM credit_entries AS f
  WHERE f.seq <= $known AND f.seq NOT IN (SELECT unnest($withdrawn)) AND f.partner = $partners AND f.account IN (SELECT unnest($accounts)) AND f.service = $services AND NOT f.own AND f.currency = $currency AND f.listing = 'usage' AND f.day >= $start AND f.day < $end
  GROUP BY ALL
) AS t
JOIN currency_keys AS c ON c.currency = t.currency
-- $accounts: INTEGER[] = [2, 3]
-- $currency: INTEGER = 1
-- $end: DATE = 2026-11-01
-- $known: INTEGER = 9
-- $partners: INTEGER = 1
-- $services: INTEGER = 5
-- $start: DATE = 2026-10-01
-- $withdrawn: INTEGER[] = [4]

