-- presence
SELECT
  c.code AS currency,
  maxOrNull(f.last_at) AS last_at,
  minOrNull(CASE WHEN f.seq <= {known: Int32} THEN f.first_day END) AS first_day
FROM charges_presence AS f
JOIN currency_keys AS c
  ON c.currency = f.currency
WHERE
  f.seq <= {known: Int32}
GROUP BY
  c.code
-- {known} = 9

-- rows
WITH accounts_known AS (
  SELECT
    account,
    account_id,
    own,
    name,
    billing_mode
  FROM (
    SELECT
      v.account AS account,
      k.account_id AS account_id,
      v.own AS own,
      v.name AS name,
      v.billing_mode AS billing_mode,
      ROW_NUMBER() OVER (PARTITION BY v.account ORDER BY v.managed_from DESC, v.seq DESC) AS nth
    FROM account_versions AS v
    JOIN account_keys AS k
      ON k.account = v.account
    WHERE
      v.seq <= {known: Int32}
  ) AS versions
  WHERE
    nth = 1
), services_known AS (
  SELECT
    service,
    service_id,
    name,
    product_group
  FROM (
    SELECT
      v.service AS service,
      k.service_id AS service_id,
      v.name AS name,
      v.product_group AS product_group,
      ROW_NUMBER() OVER (PARTITION BY v.service ORDER BY v.seq DESC) AS nth
    FROM service_versions AS v
    JOIN service_keys AS k
      ON k.service = v.service
    WHERE
      v.seq <= {known: Int32}
  ) AS versions
  WHERE
    nth = 1
), page AS (
  SELECT
    f.seq AS seq,
    f.month AS month,
    f.day AS day,
    f.partner AS partner,
    f.account AS account,
    f.own AS own,
    f.service AS service,
    f.currency AS currency,
    f.occurred_at AS occurred_at,
    f.charge_id AS charge_id,
    f.service_from AS service_from,
    f.service_to AS service_to,
    f.order_id AS order_id,
    f.invoice_id AS invoice_id,
    f.resource_id AS resource_id,
    f.sku AS sku,
    f.description AS description,
    f.charge_type AS charge_type,
    f.quantity AS quantity,
    f.unit AS unit,
    f.list_amount AS list_amount,
    f.partner_amount AS partner_amount,
    f.customer_amount AS customer_amount,
    f.tax_amount AS tax_amount,
    f.partner_discount_id AS partner_discount_id,
    f.customer_discount_id AS customer_discount_id,
    f.partner_discount_rate AS partner_discount_rate,
    f.customer_discount_rate AS customer_discount_rate,
    f.corrects_charge_id AS corrects_charge_id,
    f.occurred_at AS order_0,
    f.charge_id AS order_1
  FROM charges AS f
  WHERE
    f.seq <= {known: Int32} AND f.day >= {start: Date32} AND f.day < {end: Date32}
)
SELECT
  f.occurred_at AS occurred_at,
  f.service_from AS service_from,
  f.service_to AS service_to,
  a.account_id AS account_id,
  COALESCE(a.name, '(unassigned)') AS account_name,
  CASE WHEN f.own THEN 'partner' ELSE 'customer' END AS account_type,
  s.service_id AS service_id,
  COALESCE(s.name, '(unassigned)') AS service_name,
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
LEFT JOIN accounts_known AS a
  ON a.account = f.account
LEFT JOIN services_known AS s
  ON s.service = f.service
LEFT JOIN currency_keys AS c
  ON c.currency = f.currency
ORDER BY
  f.order_0 ASC NULLS FIRST,
  f.order_1 ASC NULLS FIRST
-- {end} = 2026-11-01
-- {known} = 9
-- {start} = 2026-10-01

-- totals
WITH cells AS (
  SELECT
    CASE
      WHEN GROUPING(f.service) = 0
      THEN 'service'
      WHEN GROUPING(f.account) = 0
      THEN 'account'
      ELSE 'detail'
    END AS cut,
    f.currency AS currency,
    f.own AS own,
    sumOrNull(f.list_amount) AS list_amount,
    sumOrNull(f.partner_amount) AS partner_amount,
    sumOrNull(f.customer_amount) AS customer_amount,
    sumOrNull(f.tax_amount) AS tax_amount,
    COUNT(*) AS charges,
    CASE WHEN COUNT(*) > 0 THEN 1 END AS accounts
  FROM charges AS f
  WHERE
    f.seq <= {known: Int32}
    AND (
      (
        f.day >= {start: Date32} AND f.day < {end: Date32}
      )
    )
  GROUP BY
    GROUPING SETS (
      (f.service, f.currency, f.own),
      (f.account, f.currency, f.own),
      (f.currency, f.own)
    )
)
SELECT
  cells.cut AS cut,
  c.code AS currency,
  cells.own AS own,
  COALESCE(sumOrNull(list_amount), 0) AS list,
  COALESCE(sumOrNull(CASE WHEN NOT own THEN list_amount - customer_amount END), 0) AS customer_discount,
  COALESCE(sumOrNull(CASE WHEN NOT own THEN customer_amount END), 0) AS sales,
  COALESCE(sumOrNull(CASE WHEN NOT own THEN partner_amount END), 0) AS cost,
  COALESCE(sumOrNull(CASE WHEN NOT own THEN customer_amount - partner_amount END), 0) AS margin,
  COALESCE(sumOrNull(CASE WHEN own THEN partner_amount END), 0) AS own_use,
  COALESCE(sumOrNull(tax_amount), 0) AS tax,
  COALESCE(sumOrNull(charges), 0) AS charges,
  COALESCE(sumOrNull(accounts), 0) AS accounts
FROM cells
JOIN currency_keys AS c
  ON c.currency = cells.currency
GROUP BY
  cells.cut,
  c.code,
  cells.own
-- {end} = 2026-11-01
-- {known} = 9
-- {start} = 2026-10-01

