-- presence
SELECT c.code AS currency, max(f.last_at) AS last_at,
  min(CASE WHEN f.seq <= $known AND f.account = $accounts THEN f.first_day END) AS first_day
FROM charges_presence AS f
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
cells AS (
  SELECT f.account, f.currency, f.own,
    sum(f.list_amount) AS list_amount,
    sum(f.partner_amount) AS partner_amount,
    sum(f.customer_amount) AS customer_amount,
    sum(f.tax_amount) AS tax_amount,
    coalesce(sum(f.facts), 0) AS charges,
    CASE WHEN coalesce(sum(f.facts), 0) > 0 THEN 1 END AS accounts
  FROM charges_by_account_month AS f
  WHERE f.seq <= $known AND f.account = $accounts AND ((f.first_day >= $start AND f.first_day < $end))
  GROUP BY ALL
),
groups AS (
  SELECT account, currency,
    coalesce(sum(list_amount), 0) AS list,
    coalesce(sum(CASE WHEN NOT own THEN list_amount - customer_amount END), 0) AS customer_discount,
    coalesce(sum(CASE WHEN NOT own THEN customer_amount END), 0) AS sales,
    coalesce(sum(CASE WHEN NOT own THEN partner_amount END), 0) AS cost,
    coalesce(sum(CASE WHEN NOT own THEN customer_amount - partner_amount END), 0) AS margin,
    coalesce(sum(CASE WHEN own THEN partner_amount END), 0) AS own_use,
    coalesce(sum(tax_amount), 0) AS tax,
    coalesce(sum(charges), 0) AS charges,
    coalesce(sum(accounts), 0) AS accounts
  FROM cells
  GROUP BY account, currency
)
SELECT
  a.account_id AS account_id,
  coalesce(a.name, '(unassigned)') AS account_name,
  CASE WHEN a.own THEN 'partner' ELSE 'customer' END AS account_type,
  c.code AS currency,
  g.list AS list,
  g.customer_discount AS customer_discount,
  g.sales AS sales,
  g.cost AS cost,
  g.margin AS margin,
  g.own_use AS own_use,
  g.tax AS tax,
  g.charges AS charges,
  g.accounts AS accounts
FROM groups AS g
LEFT JOIN accounts_known AS a ON a.account = g.account
LEFT JOIN currency_keys AS c ON c.currency = g.currency
-- $accounts: INTEGER = 3
-- $end: DATE = 2026-11-01
-- $known: INTEGER = 9
-- $start: DATE = 2026-10-01

-- totals
WITH cells AS (
  SELECT CASE WHEN grouping(f.service) = 0 THEN 'service' WHEN grouping(f.account) = 0 THEN 'account' ELSE 'detail' END AS cut, f.currency, f.own,
    sum(f.list_amount) AS list_amount,
    sum(f.partner_amount) AS partner_amount,
    sum(f.customer_amount) AS customer_amount,
    sum(f.tax_amount) AS tax_amount,
    coalesce(sum(f.facts), 0) AS charges,
    CASE WHEN coalesce(sum(f.facts), 0) > 0 THEN 1 END AS accounts
  FROM charges_presence AS f
  WHERE f.seq <= $known AND f.account = $accounts AND ((f.first_day >= $start AND f.first_day < $end))
  GROUP BY GROUPING SETS ((f.service, f.currency, f.own), (f.account, f.currency, f.own), (f.currency, f.own))
)
SELECT cells.cut, c.code AS currency, cells.own,
  coalesce(sum(list_amount), 0) AS list,
    coalesce(sum(CASE WHEN NOT own THEN list_amount - customer_amount END), 0) AS customer_discount,
    coalesce(sum(CASE WHEN NOT own THEN customer_amount END), 0) AS sales,
    coalesce(sum(CASE WHEN NOT own THEN partner_amount END), 0) AS cost,
    coalesce(sum(CASE WHEN NOT own THEN customer_amount - partner_amount END), 0) AS margin,
    coalesce(sum(CASE WHEN own THEN partner_amount END), 0) AS own_use,
    coalesce(sum(tax_amount), 0) AS tax,
    coalesce(sum(charges), 0) AS charges,
    coalesce(sum(accounts), 0) AS accounts
FROM cells
JOIN currency_keys AS c ON c.currency = cells.currency
GROUP BY cells.cut, c.code, cells.own
-- $accounts: INTEGER = 3
-- $end: DATE = 2026-11-01
-- $known: INTEGER = 9
-- $start: DATE = 2026-10-01

