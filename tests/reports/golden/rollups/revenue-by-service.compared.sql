-- presence
SELECT c.code AS currency, max(f.last_at) AS last_at,
  min(CASE WHEN f.seq <= $known THEN f.first_day END) AS first_day
FROM charges_presence AS f
JOIN currency_keys AS c ON c.currency = f.currency
WHERE f.seq <= $known
GROUP BY c.code
-- $known: INTEGER = 9

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
    sum(CASE WHEN f.first_day >= $start AND f.first_day < $end THEN f.list_amount END) AS list_amount,
    sum(CASE WHEN f.first_day >= $start AND f.first_day < $end THEN f.partner_amount END) AS partner_amount,
    sum(CASE WHEN f.first_day >= $start AND f.first_day < $end THEN f.customer_amount END) AS customer_amount,
    sum(CASE WHEN f.first_day >= $start AND f.first_day < $end THEN f.tax_amount END) AS tax_amount,
    coalesce(sum(CASE WHEN f.first_day >= $start AND f.first_day < $end THEN f.facts END), 0) AS charges,
    sum(CASE WHEN f.first_day >= $start AND f.first_day < $end THEN f.new_accounts END) AS accounts,
    sum(CASE WHEN f.first_day >= $start_before AND f.first_day < $end_before THEN f.list_amount END) AS list_amount_before,
    sum(CASE WHEN f.first_day >= $start_before AND f.first_day < $end_before THEN f.partner_amount END) AS partner_amount_before,
    sum(CASE WHEN f.first_day >= $start_before AND f.first_day < $end_before THEN f.customer_amount END) AS customer_amount_before,
    sum(CASE WHEN f.first_day >= $start_before AND f.first_day < $end_before THEN f.tax_amount END) AS tax_amount_before,
    coalesce(sum(CASE WHEN f.first_day >= $start_before AND f.first_day < $end_before THEN f.facts END), 0) AS charges_before,
    sum(CASE WHEN f.first_day >= $start_before AND f.first_day < $end_before THEN f.new_accounts END) AS accounts_before
  FROM charges_by_service_month AS f
  WHERE f.seq <= $known AND ((f.first_day >= $start AND f.first_day < $end) OR (f.first_day >= $start_before AND f.first_day < $end_before))
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
    coalesce(sum(accounts), 0) AS accounts,
    coalesce(sum(list_amount_before), 0) AS list_before,
    coalesce(sum(CASE WHEN NOT own THEN list_amount_before - customer_amount_before END), 0) AS customer_discount_before,
    coalesce(sum(CASE WHEN NOT own THEN customer_amount_before END), 0) AS sales_before,
    coalesce(sum(CASE WHEN NOT own THEN partner_amount_before END), 0) AS cost_before,
    coalesce(sum(CASE WHEN NOT own THEN customer_amount_before - partner_amount_before END), 0) AS margin_before,
    coalesce(sum(CASE WHEN own THEN partner_amount_before END), 0) AS own_use_before,
    coalesce(sum(tax_amount_before), 0) AS tax_before,
    coalesce(sum(charges_before), 0) AS charges_before,
    coalesce(sum(accounts_before), 0) AS accounts_before
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
  g.accounts AS accounts,
  g.list_before AS list_before,
  g.customer_discount_before AS customer_discount_before,
  g.sales_before AS sales_before,
  g.cost_before AS cost_before,
  g.margin_before AS margin_before,
  g.own_use_before AS own_use_before,
  g.tax_before AS tax_before,
  g.charges_before AS charges_before,
  g.accounts_before AS accounts_before
FROM groups AS g
LEFT JOIN services_known AS s ON s.service = g.service
LEFT JOIN currency_keys AS c ON c.currency = g.currency
-- $end: DATE = 2026-11-01
-- $end_before: DATE = 2026-10-01
-- $known: INTEGER = 9
-- $start: DATE = 2026-10-01
-- $start_before: DATE = 2026-09-01

-- totals
WITH cells AS (
  SELECT CASE WHEN grouping(f.service) = 0 THEN 'service' ELSE 'detail' END AS cut, f.currency, f.own,
    sum(CASE WHEN f.first_day >= $start AND f.first_day < $end THEN f.list_amount END) AS list_amount,
    sum(CASE WHEN f.first_day >= $start AND f.first_day < $end THEN f.partner_amount END) AS partner_amount,
    sum(CASE WHEN f.first_day >= $start AND f.first_day < $end THEN f.customer_amount END) AS customer_amount,
    sum(CASE WHEN f.first_day >= $start AND f.first_day < $end THEN f.tax_amount END) AS tax_amount,
    coalesce(sum(CASE WHEN f.first_day >= $start AND f.first_day < $end THEN f.facts END), 0) AS charges,
    CASE WHEN coalesce(sum(CASE WHEN f.first_day >= $start AND f.first_day < $end THEN f.facts END), 0) > 0 THEN 1 END AS accounts,
    sum(CASE WHEN f.first_day >= $start_before AND f.first_day < $end_before THEN f.list_amount END) AS list_amount_before,
    sum(CASE WHEN f.first_day >= $start_before AND f.first_day < $end_before THEN f.partner_amount END) AS partner_amount_before,
    sum(CASE WHEN f.first_day >= $start_before AND f.first_day < $end_before THEN f.customer_amount END) AS customer_amount_before,
    sum(CASE WHEN f.first_day >= $start_before AND f.first_day < $end_before THEN f.tax_amount END) AS tax_amount_before,
    coalesce(sum(CASE WHEN f.first_day >= $start_before AND f.first_day < $end_before THEN f.facts END), 0) AS charges_before,
    CASE WHEN coalesce(sum(CASE WHEN f.first_day >= $start_before AND f.first_day < $end_before THEN f.facts END), 0) > 0 THEN 1 END AS accounts_before
  FROM charges_by_service_month AS f
  WHERE f.seq <= $known AND ((f.first_day >= $start AND f.first_day < $end) OR (f.first_day >= $start_before AND f.first_day < $end_before))
  GROUP BY GROUPING SETS ((f.service, f.currency, f.own), (f.currency, f.own))
UNION ALL
  SELECT 'account' AS cut, f.currency, f.own,
    sum(CASE WHEN f.first_day >= $start AND f.first_day < $end THEN f.list_amount END) AS list_amount,
    sum(CASE WHEN f.first_day >= $start AND f.first_day < $end THEN f.partner_amount END) AS partner_amount,
    sum(CASE WHEN f.first_day >= $start AND f.first_day < $end THEN f.customer_amount END) AS customer_amount,
    sum(CASE WHEN f.first_day >= $start AND f.first_day < $end THEN f.tax_amount END) AS tax_amount,
    coalesce(sum(CASE WHEN f.first_day >= $start AND f.first_day < $end THEN f.facts END), 0) AS charges,
    CASE WHEN coalesce(sum(CASE WHEN f.first_day >= $start AND f.first_day < $end THEN f.facts END), 0) > 0 THEN 1 END AS accounts,
    sum(CASE WHEN f.first_day >= $start_before AND f.first_day < $end_before THEN f.list_amount END) AS list_amount_before,
    sum(CASE WHEN f.first_day >= $start_before AND f.first_day < $end_before THEN f.partner_amount END) AS partner_amount_before,
    sum(CASE WHEN f.first_day >= $start_before AND f.first_day < $end_before THEN f.customer_amount END) AS customer_amount_before,
    sum(CASE WHEN f.first_day >= $start_before AND f.first_day < $end_before THEN f.tax_amount END) AS tax_amount_before,
    coalesce(sum(CASE WHEN f.first_day >= $start_before AND f.first_day < $end_before THEN f.facts END), 0) AS charges_before,
    CASE WHEN coalesce(sum(CASE WHEN f.first_day >= $start_before AND f.first_day < $end_before THEN f.facts END), 0) > 0 THEN 1 END AS accounts_before
  FROM charges_by_account_month AS f
  WHERE f.seq <= $known AND ((f.first_day >= $start AND f.first_day < $end) OR (f.first_day >= $start_before AND f.first_day < $end_before))
  GROUP BY f.account, f.currency, f.own
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
    coalesce(sum(accounts), 0) AS accounts,
    coalesce(sum(list_amount_before), 0) AS list_before,
    coalesce(sum(CASE WHEN NOT own THEN list_amount_before - customer_amount_before END), 0) AS customer_discount_before,
    coalesce(sum(CASE WHEN NOT own THEN customer_amount_before END), 0) AS sales_before,
    coalesce(sum(CASE WHEN NOT own THEN partner_amount_before END), 0) AS cost_before,
    coalesce(sum(CASE WHEN NOT own THEN customer_amount_before - partner_amount_before END), 0) AS margin_before,
    coalesce(sum(CASE WHEN own THEN partner_amount_before END), 0) AS own_use_before,
    coalesce(sum(tax_amount_before), 0) AS tax_before,
    coalesce(sum(charges_before), 0) AS charges_before,
    coalesce(sum(accounts_before), 0) AS accounts_before
FROM cells
JOIN currency_keys AS c ON c.currency = cells.currency
GROUP BY cells.cut, c.code, cells.own
-- $end: DATE = 2026-11-01
-- $end_before: DATE = 2026-10-01
-- $known: INTEGER = 9
-- $start: DATE = 2026-10-01
-- $start_before: DATE = 2026-09-01

