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

-- registered
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
)
SELECT
  d.discount_id AS discount_id,
  d.owner AS owner,
  p.partner_id AS partner_id,
  d.account AS account,
  k.account_id AS account_id,
  CASE WHEN NOT (
    d.account IS NULL
  ) THEN COALESCE(a.name, '(unassigned)') END AS account_name,
  d.service AS service,
  s.service_id AS service_id,
  s.product_group AS service_group,
  d.product_group AS product_group,
  d.rate AS rate,
  d.requested_at AS requested_at,
  d.decided_at AS decided_at,
  d.decision AS decision,
  d.active_from AS active_from,
  d.active_to AS active_to,
  d.cancelled_at AS cancelled_at,
  d.deal_id AS deal_id
FROM (
  SELECT
    v.seq AS seq,
    v.discount_id AS discount_id,
    v.owner AS owner,
    v.partner AS partner,
    v.account AS account,
    v.service AS service,
    v.product_group AS product_group,
    v.rate AS rate,
    v.requested_at AS requested_at,
    v.decided_at AS decided_at,
    v.decision AS decision,
    v.active_from AS active_from,
    v.active_to AS active_to,
    v.cancelled_at AS cancelled_at,
    v.deal_id AS deal_id,
    ROW_NUMBER() OVER (PARTITION BY v.discount_id ORDER BY v.seq DESC) AS nth
  FROM discount_versions AS v
  WHERE
    v.seq <= {known: Int32}
) AS d
JOIN partner_keys AS p
  ON p.partner = d.partner
LEFT JOIN account_keys AS k
  ON k.account = d.account
LEFT JOIN accounts_known AS a
  ON a.account = d.account
LEFT JOIN services_known AS s
  ON s.service = d.service
WHERE
  d.nth = 1
-- {known} = 9

-- captured
SELECT
  g.discount_id AS discount_id,
  c.code AS currency,
  g.orders AS orders,
  g.list AS list,
  g.discount_given AS discount_given
FROM (
  SELECT
    f.customer_discount_id AS discount_id,
    f.currency AS currency,
    COUNT(DISTINCT f.order_id) AS orders,
    sumOrNull(f.list_amount) AS list,
    sumOrNull(f.list_amount - f.customer_amount) AS discount_given
  FROM charges AS f
  WHERE
    f.seq <= {known: Int32}
    AND f.day >= {start: Date32}
    AND f.day < {end: Date32}
    AND NOT (
      f.customer_discount_id IS NULL
    )
  GROUP BY ALL
) AS g
JOIN currency_keys AS c
  ON c.currency = g.currency
-- {end} = 2026-11-01
-- {known} = 9
-- {start} = 2026-10-01

-- totals
SELECT
  c.code AS currency,
  g.own AS own,
  g.all_types AS all_types,
  g.orders AS orders,
  g.list AS list,
  g.discount_given AS discount_given
FROM (
  SELECT
    f.currency AS currency,
    f.own AS own,
    GROUPING(f.own) AS all_types,
    COUNT(DISTINCT f.order_id) AS orders,
    sumOrNull(f.list_amount) AS list,
    sumOrNull(f.list_amount - f.customer_amount) AS discount_given
  FROM charges AS f
  WHERE
    f.seq <= {known: Int32}
    AND f.day >= {start: Date32}
    AND f.day < {end: Date32}
    AND f.customer_discount_id IN (
      SELECT
        value AS value
      FROM list_discounts
    )
  GROUP BY
    GROUPING SETS (
      (f.currency, f.own),
      (
        f.currency
      )
    )
) AS g
JOIN currency_keys AS c
  ON c.currency = g.currency
-- {end} = 2026-11-01
-- {known} = 9
-- {start} = 2026-10-01
-- list_discounts: value String

