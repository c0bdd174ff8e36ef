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
FROM credit_entries_presence AS f
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
      AND NOT (
        v.seq IN (
          SELECT
            value AS value
          FROM list_withdrawn
        )
      )
      AND v.partner = {partners: Int32}
  ) AS versions
  WHERE
    nth = 1
), lines AS (
  SELECT
    k.account AS account,
    k.currency AS currency,
    COALESCE(sumOrNull(k.before_period), 0) AS opening,
    COALESCE(sumOrNull(CASE WHEN k.kind = 'topup' THEN k.moved END), 0) AS topped_up,
    COALESCE(sumOrNull(CASE WHEN k.kind = 'grant' THEN k.moved END), 0) AS granted,
    COALESCE(sumOrNull(CASE WHEN k.kind = 'transfer_in' THEN k.moved END), 0) AS transferred_in,
    COALESCE(sumOrNull(CASE WHEN k.kind = 'transfer_out' THEN -k.moved END), 0) AS transferred_out,
    COALESCE(sumOrNull(CASE WHEN k.kind = 'usage' THEN -k.moved END), 0) AS used,
    COALESCE(sumOrNull(CASE WHEN k.kind = 'refund' THEN k.moved END), 0) AS refunded,
    COALESCE(sumOrNull(CASE WHEN k.kind = 'expiry' THEN -k.moved END), 0) AS expired,
    COALESCE(sumOrNull(CASE WHEN k.kind = 'adjustment' THEN k.moved END), 0) AS adjusted,
    COALESCE(sumOrNull(k.until_end), 0) AS closing,
    sumOrNull(k.moves) AS entries,
    maxOrNull(k.top_up) AS last_top_up
  FROM (
    SELECT
      f.account AS account,
      f.currency AS currency,
      f.kind AS kind,
      sumOrNull(CASE WHEN f.day < {start: Date32} THEN f.amount END) AS before_period,
      sumOrNull(CASE WHEN f.day >= {start: Date32} AND f.day < {end: Date32} THEN f.amount END) AS moved,
      sumOrNull(f.amount) AS until_end,
      COUNT(CASE WHEN f.day >= {start: Date32} AND f.day < {end: Date32} THEN f.entry_id END) AS moves,
      maxOrNull(CASE WHEN f.kind = 'topup' AND f.amount > 0 THEN f.day END) AS top_up
    FROM credit_entries AS f
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
      AND f.day < {end: Date32}
    GROUP BY
      f.account,
      f.currency,
      f.kind
  ) AS k
  GROUP BY
    k.account,
    k.currency
), joined AS (
  SELECT
    n.account AS account_key,
    n.currency AS currency_key,
    n.opening AS opening,
    n.topped_up AS topped_up,
    n.granted AS granted,
    n.transferred_in AS transferred_in,
    n.transferred_out AS transferred_out,
    n.used AS used,
    n.refunded AS refunded,
    n.expired AS expired,
    n.adjusted AS adjusted,
    n.closing AS closing,
    n.entries AS entries,
    n.last_top_up AS last_top_up
  FROM lines AS n
)
SELECT
  a.account_id AS account_id,
  COALESCE(a.name, '(unassigned)') AS account_name,
  CASE WHEN a.own THEN 'partner' ELSE 'customer' END AS account_type,
  a.billing_mode AS billing_mode,
  c.code AS currency,
  j.*
  EXCEPT (account_key, currency_key),
  closing - (
    opening + topped_up + granted + transferred_in - transferred_out - used + refunded - expired + adjusted
  ) AS gap
FROM joined AS j
LEFT JOIN accounts_known AS a
  ON a.account = j.account_key
LEFT JOIN currency_keys AS c
  ON c.currency = j.currency_key
WHERE
  j.entries > 0 OR j.opening <> 0
-- {currency} = 1
-- {end} = 2026-11-01
-- {known} = 9
-- {partners} = 1
-- {services} = 5
-- {start} = 2026-10-01
-- list_accounts: value Int32
-- list_withdrawn: value Int32

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
      AND f.counterparty_partner = {partners: Int32}
      AND f.counterparty IN (
        SELECT
          value AS value
        FROM list_accounts
      )
      AND NOT f.counterparty_own
    ) AS internal,
    COALESCE(f.counterparty_own = f.own, FALSE) AS same_type,
    sumOrNull(CASE WHEN f.day < {start: Date32} THEN f.amount END) AS opening,
    sumOrNull(CASE WHEN f.day < {end: Date32} THEN f.amount END) AS closing,
    sumOrNull(CASE WHEN f.day >= {start: Date32} AND f.day < {end: Date32} THEN f.amount END) AS moved,
    COUNT(CASE WHEN f.day >= {start: Date32} AND f.day < {end: Date32} THEN f.entry_id END) AS entries
  FROM credit_entries AS f
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
    AND f.day < {until: Date32}
  GROUP BY ALL
) AS t
JOIN currency_keys AS c
  ON c.currency = t.currency
-- {currency} = 1
-- {end} = 2026-11-01
-- {known} = 9
-- {partners} = 1
-- {services} = 5
-- {start} = 2026-10-01
-- {until} = 2026-11-01
-- list_accounts: value Int32
-- list_withdrawn: value Int32

-- closings
SELECT
  c.code AS currency,
  t.own AS own,
  t.closing AS closing
FROM (
  SELECT
    f.currency AS currency,
    f.own AS own,
    sumOrNull(f.amount) AS closing
  FROM credit_entries AS f
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
    AND f.day < {start: Date32}
  GROUP BY
    f.currency,
    f.own
) AS t
JOIN currency_keys AS c
  ON c.currency = t.currency
-- {currency} = 1
-- {known} = 9
-- {partners} = 1
-- {services} = 5
-- {start} = 2026-10-01
-- list_accounts: value Int32
-- list_withdrawn: value Int32

