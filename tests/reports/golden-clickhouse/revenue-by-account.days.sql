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
), cells AS (
  SELECT
    f.account AS account,
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
  GROUP BY ALL
), groups AS (
  SELECT
    account,
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
    account,
    currency
)
SELECT
  a.account_id AS account_id,
  COALESCE(a.name, '(unassigned)') AS account_name,
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
LEFT JOIN accounts_known AS a
  ON a.account = g.account
LEFT JOIN currency_keys AS c
  ON c.currency = g.currency
-- {end} = 2026-10-21
-- {known} = 9
-- {start} = 2026-10-05

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
-- {end} = 2026-10-21
-- {known} = 9
-- {start} = 2026-10-05

