-- presence
SELECT c.code AS currency, max(f.last_at) AS last_at,
  min(CASE WHEN f.seq <= $known AND f.service = $services THEN f.first_day END) AS first_day
FROM charges_presence AS f
JOIN currency_keys AS c ON c.currency = f.currency
WHERE f.seq <= $known
GROUP BY c.code
-- $known: INTEGER = 9
-- $services: INTEGER = 7

-- rows
WITH services_known AS (
  SELECT service, service_id, name, product_group
  FROM (
    SELECT v.service, k.service_id, v.name, v.product_group,
      row_number() OVER (PARTITION BY v.service ORDER BY v.seq DESC) AS nth
    FROM service_versions AS v JOIN service_keys AS k ON k.service = v.service
    WHERE v.seq <= $known
  ) AS versions
  WHERE nth = 1
),
cells AS (
  SELECT f.service, f.currency, f.own,
    sum(f.list_amount) AS list_amount,
    sum(f.partner_amount) AS partner_amount,
    sum(f.customer_amount) AS customer_amount,
    sum(f.tax_amount) AS tax_amount,
    coalesce(sum(f.facts), 0) AS charges,
    sum(f.new_accounts) AS accounts
  FROM charges_by_service_month AS f
  WHERE f.seq <= $known AND f.service = $services AND ((f.first_day >= $start AND f.first_day < $end))
  GROUP BY ALL
),
groups AS (
  SELECT service, currency,
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
  GROUP BY service, currency
)
SELECT
  s.service_id AS service_id,
  coalesce(s.name, '(unassigned)') AS service_name,
  s.product_group AS product_group,
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
LEFT JOIN services_known AS s ON s.service = g.service
LEFT JOIN currency_keys AS c ON c.currency = g.currency
-- $end: DATE = 2026-11-01
-- $known: INTEGER = 9
-- $services: INTEGER = 7
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
  WHERE f.seq <= $known AND f.service = $services AND ((f.first_day >= $start AND f.first_day < $end))
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
-- $end: DATE = 2026-11-01
-- $known: INTEGER = 9
-- $services: INTEGER = 7
-- $start: DATE = 2026-10-01

