-- presence
SELECT
  c.code AS currency,
  maxOrNull(f.last_at) AS last_at,
  minOrNull(CASE WHEN f.seq <= {known: Int32} THEN f.first_day END) AS first_day
FROM credit_entries_presence AS f
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
    f.entry_id AS entry_id,
    f.kind AS kind,
    f.listing AS listing,
    f.amount AS amount,
    f.counterparty AS counterparty,
    f.counterparty_partner AS counterparty_partner,
    f.counterparty_own AS counterparty_own,
    f.transfer_id AS transfer_id,
    f.charge_id AS charge_id,
    f.reverses_entry_id AS reverses_entry_id,
    f.reference AS reference,
    f.description AS description,
    f.occurred_at AS order_0,
    f.entry_id AS order_1
  FROM credit_entries AS f
  WHERE
    f.seq <= {known: Int32}
    AND f.day >= {start: Date32}
    AND f.day < {end: Date32}
    AND f.listing = 'usage'
), balances AS (
  SELECT
    f.seq AS seq,
    f.entry_id AS entry_id,
    sumOrNull(f.amount) OVER (
      PARTITION BY f.account, f.currency
      ORDER BY f.occurred_at, f.entry_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS balance_after
  FROM credit_entries AS f
  WHERE
    f.seq <= {known: Int32}
    AND f.day < {end: Date32}
    AND f.account IN (
      SELECT
        account
      FROM page
    )
)
SELECT
  f.occurred_at AS occurred_at,
  a.account_id AS account_id,
  COALESCE(a.name, '(unassigned)') AS account_name,
  CASE WHEN f.own THEN 'partner' ELSE 'customer' END AS account_type,
  f.kind AS kind,
  s.service_id AS service_id,
  f.charge_id AS charge_id,
  f.reference AS reference,
  pk.account_id AS counterparty_account_id,
  CASE
    WHEN NOT (
      f.counterparty IS NULL
    )
    THEN COALESCE(p.name, '(unassigned)')
  END AS counterparty_name,
  f.description AS description,
  c.code AS currency,
  -f.amount AS amount,
  b.balance_after AS balance_after,
  f.entry_id AS entry_id
FROM page AS f
LEFT JOIN accounts_known AS a
  ON a.account = f.account
LEFT JOIN services_known AS s
  ON s.service = f.service
LEFT JOIN currency_keys AS c
  ON c.currency = f.currency
LEFT JOIN account_keys AS pk
  ON pk.account = f.counterparty
LEFT JOIN accounts_known AS p
  ON p.account = f.counterparty
JOIN balances AS b
  ON b.seq = f.seq AND b.entry_id = f.entry_id
ORDER BY
  f.order_0 ASC NULLS FIRST,
  f.order_1 ASC NULLS FIRST
-- {end} = 2026-11-01
-- {known} = 9
-- {start} = 2026-10-01

-- totals
SELECT
  c.code AS currency,
  t.*
  EXCEPT (currency)
FROM (
  SELECT
    f.currency AS currency,
    f.own AS own,
    f.kind AS kind,
    f.listing AS listing,
    (
      NOT (
        f.counterparty IS NULL
      )
    ) AS internal,
    COALESCE(f.counterparty_own = f.own, FALSE) AS same_type,
    sumOrNull(CASE WHEN f.day >= {start: Date32} AND f.day < {end: Date32} THEN f.amount END) AS moved,
    COUNT(CASE WHEN f.day >= {start: Date32} AND f.day < {end: Date32} THEN f.entry_id END) AS entries
  FROM credit_entries AS f
  WHERE
    f.seq <= {known: Int32}
    AND f.listing = 'usage'
    AND f.day >= {start: Date32}
    AND f.day < {end: Date32}
  GROUP BY ALL
) AS t
JOIN currency_keys AS c
  ON c.currency = t.currency
-- {end} = 2026-11-01
-- {known} = 9
-- {start} = 2026-10-01

