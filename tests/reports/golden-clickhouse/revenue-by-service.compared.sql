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
  ) AS versions
  WHERE
    nth = 1
), cells AS (
  SELECT
    f.service AS service,
    f.currency AS currency,
    f.own AS own,
    f.account AS account,
    sumOrNull(
      CASE WHEN f.day >= {start: Date32} AND f.day < {end: Date32} THEN f.list_amount END
    ) AS list_amount,
    sumOrNull(
      CASE
        WHEN f.day >= {start: Date32} AND f.day < {end: Date32}
        THEN f.partner_amount
      END
    ) AS partner_amount,
    sumOrNull(
      CASE
        WHEN f.day >= {start: Date32} AND f.day < {end: Date32}
        THEN f.customer_amount
      END
    ) AS customer_amount,
    sumOrNull(
      CASE WHEN f.day >= {start: Date32} AND f.day < {end: Date32} THEN f.tax_amount END
    ) AS tax_amount,
    COUNT(
      CASE WHEN f.day >= {start: Date32} AND f.day < {end: Date32} THEN f.charge_id END
    ) AS charges,
    CASE
      WHEN COUNT(
        CASE WHEN f.day >= {start: Date32} AND f.day < {end: Date32} THEN f.charge_id END
      ) > 0
      THEN 1
    END AS accounts,
    sumOrNull(
      CASE
        WHEN f.day >= {start_before: Date32} AND f.day < {end_before: Date32}
        THEN f.list_amount
      END
    ) AS list_amount_before,
    sumOrNull(
      CASE
        WHEN f.day >= {start_before: Date32} AND f.day < {end_before: Date32}
        THEN f.partner_amount
      END
    ) AS partner_amount_before,
    sumOrNull(
      CASE
        WHEN f.day >= {start_before: Date32} AND f.day < {end_before: Date32}
        THEN f.customer_amount
      END
    ) AS customer_amount_before,
    sumOrNull(
      CASE
        WHEN f.day >= {start_before: Date32} AND f.day < {end_before: Date32}
        THEN f.tax_amount
      END
    ) AS tax_amount_before,
    COUNT(
      CASE
        WHEN f.day >= {start_before: Date32} AND f.day < {end_before: Date32}
        THEN f.charge_id
      END
    ) AS charges_before,
    CASE
      WHEN COUNT(
        CASE
          WHEN f.day >= {start_before: Date32} AND f.day < {end_before: Date32}
          THEN f.charge_id
        END
      ) > 0
      THEN 1
    END AS accounts_before
  FROM charges AS f
  WHERE
    f.seq <= {known: Int32}
    AND (
      (
        f.day >= {start: Date32} AND f.day < {end: Date32}
      )
      OR (
        f.day >= {start_before: Date32} AND f.day < {end_before: Date32}
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
    COALESCE(sumOrNull(accounts), 0) AS accounts,
    COALESCE(sumOrNull(list_amount_before), 0) AS list_before,
    COALESCE(
      sumOrNull(CASE WHEN NOT own THEN list_amount_before - customer_amount_before END),
      0
    ) AS customer_discount_before,
    COALESCE(sumOrNull(CASE WHEN NOT own THEN customer_amount_before END), 0) AS sales_before,
    COALESCE(sumOrNull(CASE WHEN NOT own THEN partner_amount_before END), 0) AS cost_before,
    COALESCE(
      sumOrNull(CASE WHEN NOT own THEN customer_amount_before - partner_amount_before END),
      0
    ) AS margin_before,
    COALESCE(sumOrNull(CASE WHEN own THEN partner_amount_before END), 0) AS own_use_before,
    COALESCE(sumOrNull(tax_amount_before), 0) AS tax_before,
    COALESCE(sumOrNull(charges_before), 0) AS charges_before,
    COALESCE(sumOrNull(accounts_before), 0) AS accounts_before
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
LEFT JOIN services_known AS s
  ON s.service = g.service
LEFT JOIN currency_keys AS c
  ON c.currency = g.currency
-- {end} = 2026-11-01
-- {end_before} = 2026-10-01
-- {known} = 9
-- {start} = 2026-10-01
-- {start_before} = 2026-09-01

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
    sumOrNull(
      CASE WHEN f.day >= {start: Date32} AND f.day < {end: Date32} THEN f.list_amount END
    ) AS list_amount,
    sumOrNull(
      CASE
        WHEN f.day >= {start: Date32} AND f.day < {end: Date32}
        THEN f.partner_amount
      END
    ) AS partner_amount,
    sumOrNull(
      CASE
        WHEN f.day >= {start: Date32} AND f.day < {end: Date32}
        THEN f.customer_amount
      END
    ) AS customer_amount,
    sumOrNull(
      CASE WHEN f.day >= {start: Date32} AND f.day < {end: Date32} THEN f.tax_amount END
    ) AS tax_amount,
    COUNT(
      CASE WHEN f.day >= {start: Date32} AND f.day < {end: Date32} THEN f.charge_id END
    ) AS charges,
    CASE
      WHEN COUNT(
        CASE WHEN f.day >= {start: Date32} AND f.day < {end: Date32} THEN f.charge_id END
      ) > 0
      THEN 1
    END AS accounts,
    sumOrNull(
      CASE
        WHEN f.day >= {start_before: Date32} AND f.day < {end_before: Date32}
        THEN f.list_amount
      END
    ) AS list_amount_before,
    sumOrNull(
      CASE
        WHEN f.day >= {start_before: Date32} AND f.day < {end_before: Date32}
        THEN f.partner_amount
      END
    ) AS partner_amount_before,
    sumOrNull(
      CASE
        WHEN f.day >= {start_before: Date32} AND f.day < {end_before: Date32}
        THEN f.customer_amount
      END
    ) AS customer_amount_before,
    sumOrNull(
      CASE
        WHEN f.day >= {start_before: Date32} AND f.day < {end_before: Date32}
        THEN f.tax_amount
      END
    ) AS tax_amount_before,
    COUNT(
      CASE
        WHEN f.day >= {start_before: Date32} AND f.day < {end_before: Date32}
        THEN f.charge_id
      END
    ) AS charges_before,
    CASE
      WHEN COUNT(
        CASE
          WHEN f.day >= {start_before: Date32} AND f.day < {end_before: Date32}
          THEN f.charge_id
        END
      ) > 0
      THEN 1
    END AS accounts_before
  FROM charges AS f
  WHERE
    f.seq <= {known: Int32}
    AND (
      (
        f.day >= {start: Date32} AND f.day < {end: Date32}
      )
      OR (
        f.day >= {start_before: Date32} AND f.day < {end_before: Date32}
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
  COALESCE(sumOrNull(accounts), 0) AS accounts,
  COALESCE(sumOrNull(list_amount_before), 0) AS list_before,
  COALESCE(
    sumOrNull(CASE WHEN NOT own THEN list_amount_before - customer_amount_before END),
    0
  ) AS customer_discount_before,
  COALESCE(sumOrNull(CASE WHEN NOT own THEN customer_amount_before END), 0) AS sales_before,
  COALESCE(sumOrNull(CASE WHEN NOT own THEN partner_amount_before END), 0) AS cost_before,
  COALESCE(
    sumOrNull(CASE WHEN NOT own THEN customer_amount_before - partner_amount_before END),
    0
  ) AS margin_before,
  COALESCE(sumOrNull(CASE WHEN own THEN partner_amount_before END), 0) AS own_use_before,
  COALESCE(sumOrNull(tax_amount_before), 0) AS tax_before,
  COALESCE(sumOrNull(charges_before), 0) AS charges_before,
  COALESCE(sumOrNull(accounts_before), 0) AS accounts_before
FROM cells
JOIN currency_keys AS c
  ON c.currency = cells.currency
GROUP BY
  cells.cut,
  c.code,
  cells.own
-- {end} = 2026-11-01
-- {end_before} = 2026-10-01
-- {known} = 9
-- {start} = 2026-10-01
-- {start_before} = 2026-09-01

