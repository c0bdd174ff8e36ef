-- presence
SELECT c.code AS currency, max(f.last_at) AS last_at,
  min(CASE WHEN f.seq <= $known THEN f.first_day END) AS first_day
FROM charges_presence AS f
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
  SELECT f.*, f.occurred_at AS order_0, f.charge_id AS order_1
  FROM charges AS f
  WHERE f.seq <= $known AND f.day >= $start AND f.day < $end AND (f.partner_discount_id IN (SELECT unnest($captured)) OR f.customer_discount_id IN (SELECT unnest($captured)))
)
SELECT
  f.occurred_at AS occurred_at,
  f.service_from AS service_from,
  f.service_to AS service_to,
  a.account_id AS account_id,
  coalesce(a.name, '(unassigned)') AS account_name,
  CASE WHEN f.own THEN 'partner' ELSE 'customer' END AS account_type,
  s.service_id AS service_id,
  coalesce(s.name, '(unassigned)') AS service_name,
  f.sku AS sku,
  f.description AS description,
  f.order_id AS order_id,
  f.invoice_id AS invoice_id,
  f.charge_type AS charge_type,
  f.quantity AS quantity,
  f.unit AS unit,
  f.list_amount AS list,
  f.customer_discount_rate AS customer_discount_rate,
  f.customer_discount_id AS customer_discount_id,
  CASE WHEN f.own THEN 0 ELSE f.customer_amount END AS sales,
  f.partner_discount_rate AS partner_discount_rate,
  f.partner_discount_id AS partner_discount_id,
  CASE WHEN f.own THEN 0 ELSE f.partner_amount END AS cost,
  CASE WHEN f.own THEN 0 ELSE f.customer_amount - f.partner_amount END AS margin,
  CASE WHEN f.own THEN f.partner_amount ELSE 0 END AS own_use,
  f.tax_amount AS tax,
  c.code AS currency,
  f.charge_id AS charge_id,
  f.corrects_charge_id AS corrects_charge_id
FROM page AS f
LEFT JOIN accounts_known AS a ON a.account = f.account
LEFT JOIN services_known AS s ON s.service = f.service
LEFT JOIN currency_keys AS c ON c.currency = f.currency
ORDER BY f.order_0 ASC NULLS FIRST, f.order_1 ASC NULLS FIRST
-- $captured: VARCHAR[] = ['D1', 'D2']
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
    count(*) AS charges,
    CASE WHEN count(*) > 0 THEN 1 END AS accounts
  FROM charges AS f
  WHERE f.seq <= $known AND (f.partner_discount_id IN (SELECT unnest($captured)) OR f.customer_discount_id IN (SELECT unnest($captured))) AND ((f.day >= $start AND f.day < $end))
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
-- $captured: VARCHAR[] = ['D1', 'D2']
-- $end: DATE = 2026-11-01
-- $known: INTEGER = 9
-- $start: DATE = 2026-10-01

