-- presence
SELECT
  c.code AS currency,
  maxOrNull(f.last_at) AS last_at,
  minOrNull(
    CASE
      WHEN f.seq <= {known: Int32}
      AND NOT (
        f.seq IN (
          SELECT
            value AS value
          FROM list_withdrawn
        )
      )
      AND f.partner = {partners: Int32}
      AND f.account IN (
        SELECT
          value AS value
        FROM list_accounts
      )
      AND f.service = {services: Int32}
      AND NOT f.own
      AND f.currency = {currency: Int32}
      THEN f.first_day
    END
  ) AS first_day
FROM charges_presence AS f
JOIN currency_keys AS c
  ON c.currency = f.currency
WHERE
  f.seq <= {known: Int32}
  AND NOT (
    f.seq IN (
      SELECT
        value AS value
      FROM list_withdrawn
    )
  )
  AND f.partner = {partners: Int32}
GROUP BY
  c.code
-- {currency} = 1
-- {known} = 9
-- {partners} = 1
-- {services} = 5
-- list_accounts: value Int32
-- list_withdrawn: value Int32

-- rows
WITH services_known AS (
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
      AND NOT (
        v.seq IN (
          SELECT
            value AS value
          FROM list_withdrawn
        )
      )
  ) AS versions
  WHERE
    nth = 1
), cells AS (
  SELECT
    f.service AS service,
    f.currency AS currency,
    f.own AS own,
    f.account AS account,
    sumOrNull(f.list_amount) AS list_amount,
    sumOrNull(f.partner_amount) AS partner_amount,
    sumOrNull(f.customer_amount) AS customer_amount,
    sumOrNull(f.tax_amount) AS tax_amount,
    COUNT(*) AS charges,
    CASE WHEN COUNT(*) > 0 THEN 1 END AS accounts
  FROM charges AS f
  WHERE
    f.seq <= {known: Int32}
    AND NOT (
      f.seq IN (
        SELECT
          value AS value
        FROM list_withdrawn
      )
    )
    AND f.partner = {partners: Int32}
    AND f.account IN (
      SELECT
        value AS value
      FROM list_accounts
    )
    AND f.service = {services: Int32}
    AND NOT f.own
    AND f.currency = {currency: Int32}
    AND (
      (
        f.day >= {start: Date32} AND f.day < {end: Date32}
      )
    )
  GROUP BY ALL
), groups AS (
  SELECT
    service,
    currency,
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
  GROUP BY
    service,
    currency
)
SELECT
  s.service_id AS service_id,
  COALESCE(s.name, '(unassigned)') AS service_name,
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
LEFT JOIN services_known AS s
  ON s.service = g.service
LEFT JOIN currency_keys AS c
  ON c.currency = g.currency
-- {currency} = 1
-- {end} = 2026-11-01
-- {known} = 9
-- {partners} = 1
-- {services} = 5
-- {start} = 2026-10-01
-- list_accounts: value Int32
-- list_withdrawn: value Int32

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
    AND NOT (
      f.seq IN (
        SELECT
          value AS value
        FROM list_withdrawn
      )
    )
    AND f.partner = {partners: Int32}
    AND f.account IN (
      SELECT
        value AS value
      FROM list_accounts
    )
    AND f.service = {services: Int32}
    AND NOT f.own
    AND f.currency = {currency: Int32}
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
-- {currency} = 1
-- {end} = 2026-11-01
-- {known} = 9
-- {partners} = 1
-- {services} = 5
-- {start} = 2026-10-01
-- list_accounts: value Int32
-- list_withdrawn: value Int32

