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
services_known AS (
  SELECT service, service_id, name, product_group
  FROM (
    SELECT v.service, k.service_id, v.name, v.product_group,
      row_number() OVER (PARTITION BY v.service ORDER BY v.seq DESC) AS nth
    FROM service_versions AS v JOIN service_keys AS k ON k.service = v.service
    WHERE v.seq <= $known
  ) AS versions
  WHERE nth = 1
),
page AS (
  SELECT f.*, f.occurred_at AS order_0, f.entry_id AS order_1
  FROM credit_entries AS f
  WHERE f.seq <= $known AND f.day >= $start AND f.day < $end AND (f.account = $found_accounts OR f.counterparty = $found_accounts OR f.service = $found_services OR strpos(f.charge_id, $found_text) > 0 OR strpos(f.reference, $found_text) > 0 OR strpos(f.description, $found_text) > 0 OR strpos(f.entry_id, $found_text) > 0) AND f.listing = 'topped_up'
),
balances AS (
  SELECT f.seq, f.entry_id, sum(f.amount) OVER (
    PARTITION BY f.account, f.currency ORDER BY f.occurred_at, f.entry_id
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  ) AS balance_after
  FROM credit_entries AS f
  WHERE f.seq <= $known AND f.day < $end AND f.account IN (SELECT account FROM page)
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
  f.amount AS amount,
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
-- $end: DATE = 2026-11-01
-- $found_accounts: INTEGER = 3
-- $found_services: INTEGER = 7
-- $found_text: VARCHAR = Đông
-- $known: INTEGER = 9
-- $start: DATE = 2026-10-01

-- totals
SELECT c.code AS currency, t.* EXCLUDE (currency)
FROM (
  SELECT f.currency, f.own, f.kind, f.listing, (f.counterparty IS NOT NULL) AS internal,
    coalesce(f.counterparty_own = f.own, FALSE) AS same_type,
    sum(CASE WHEN f.day >= $start AND f.day < $end THEN f.amount END) AS moved,
    count(CASE WHEN f.day >= $start AND f.day < $end THEN f.entry_id END) AS entries
  FROM credit_entries AS f
  WHERE f.seq <= $known AND f.listing = 'topped_up' AND (f.account = $found_accounts OR f.counterparty = $found_accounts OR f.service = $found_services OR strpos(f.charge_id, $found_text) > 0 OR strpos(f.reference, $found_text) > 0 OR strpos(f.description, $found_text) > 0 OR strpos(f.entry_id, $found_text) > 0) AND f.day >= $start AND f.day < $end
  GROUP BY ALL
) AS t
JOIN currency_keys AS c ON c.currency = t.currency
-- $end: DATE = 2026-11-01
-- $found_accounts: INTEGER = 3
-- $found_services: INTEGER = 7
-- $found_text: VARCHAR = Đông
-- $known: INTEGER = 9
-- $start: DATE = 2026-10-01

