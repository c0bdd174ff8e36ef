-- presence
SELECT c.code AS currency, max(f.last_at) AS last_at,
  min(CASE WHEN f.seq <= $known THEN f.first_day END) AS first_day
FROM charges_presence AS f
JOIN currency_keys AS c ON c.currency = f.currency
WHERE f.seq <= $known
GROUP BY c.code
-- $known: INTEGER = 9

-- registered
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
)
SELECT d.discount_id, d.owner, p.partner_id, d.account, k.account_id,
  CASE WHEN d.account IS NOT NULL THEN coalesce(a.name, '(unassigned)') END AS account_name, d.service,
  s.service_id, s.product_group AS service_group, d.product_group, d.rate, d.requested_at, d.decided_at,
  d.decision, d.active_from, d.active_to, d.cancelled_at, d.deal_id
FROM (
  SELECT v.*, row_number() OVER (PARTITION BY v.discount_id ORDER BY v.seq DESC) AS nth
  FROM discount_versions AS v
  WHERE v.seq <= $known
) AS d
JOIN partner_keys AS p ON p.partner = d.partner
LEFT JOIN account_keys AS k ON k.account = d.account
LEFT JOIN accounts_known AS a ON a.account = d.account
LEFT JOIN services_known AS s ON s.service = d.service
WHERE d.nth = 1
-- $known: INTEGER = 9

-- captured
SELECT g.discount_id, c.code AS currency, g.orders, g.list, g.discount_given
FROM (
  SELECT f.customer_discount_id AS discount_id, f.currency, count(DISTINCT f.order_id) AS orders,
    sum(f.list_amount) AS list, sum(f.list_amount - f.customer_amount) AS discount_given
  FROM charges AS f
  WHERE f.seq <= $known AND f.day >= $start AND f.day < $end AND f.customer_discount_id IS NOT NULL
  GROUP BY ALL
) AS g
JOIN currency_keys AS c ON c.currency = g.currency
-- $end: DATE = 2026-11-01
-- $known: INTEGER = 9
-- $start: DATE = 2026-10-01

-- totals
SELECT c.code AS currency, g.own, g.all_types, g.orders, g.list, g.discount_given
FROM (
  SELECT f.currency, f.own, grouping(f.own) AS all_types,
    count(DISTINCT f.order_id) AS orders, sum(f.list_amount) AS list, sum(f.list_amount - f.customer_amount) AS discount_given
  FROM charges AS f
  WHERE f.seq <= $known AND f.day >= $start AND f.day < $end AND f.customer_discount_id IN (SELECT unnest($discounts))
  GROUP BY GROUPING SETS ((f.currency, f.own), (f.currency))
) AS g
JOIN currency_keys AS c ON c.currency = g.currency
-- $discounts: VARCHAR[] = ['D1']
-- $end: DATE = 2026-11-01
-- $known: INTEGER = 9
-- $start: DATE = 2026-10-01

