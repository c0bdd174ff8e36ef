, latest AS (
    SELECT DISTINCT ON (f.discount_id) f.*, ((f.requested_at AT TIME ZONE 'UTC') AT TIME ZONE $zone)::DATE AS requested_day,
        ((f.decided_at AT TIME ZONE 'UTC') AT TIME ZONE $zone)::DATE AS decided_day,
        ((f.cancelled_at AT TIME ZONE 'UTC') AT TIME ZONE $zone)::DATE AS cancelled_day
    FROM discount_versions f
    WHERE true {scope}
    ORDER BY f.discount_id, f.seq DESC
),
started AS (
    SELECT *, CASE WHEN decision = 'approved' THEN greatest(active_from, decided_day)
            WHEN owner = 'customer' AND decision IS NULL THEN greatest(active_from, requested_day) END AS effective_from,
        CASE WHEN decision = 'approved' THEN decided_at
            WHEN owner = 'customer' AND decision IS NULL THEN requested_at END AS approved_at,
        least(active_to, cancelled_day) AS own_end
    FROM latest
),
lives AS (
    SELECT *, least(own_end, lead(effective_from) OVER chain) AS effective_to, arg_max(rate, (effective_from, approved_at, discount_id)) OVER (
            PARTITION BY owner, partner, account, deal_id, service, product_group ORDER BY effective_from
            RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL 1 DAY PRECEDING) AS previous_rate,
        true AS starts
    FROM started
    WHERE effective_from IS NOT NULL AND (own_end IS NULL OR own_end > effective_from)
    WINDOW chain AS (PARTITION BY owner, partner, account, deal_id, service, product_group
        ORDER BY effective_from, approved_at, discount_id)
    UNION ALL
    SELECT *, own_end, NULL, false FROM started
    WHERE effective_from IS NULL OR own_end <= effective_from
),
told AS (
    SELECT l.*, starts AND (effective_to IS NULL OR effective_to > effective_from) AS ever, s.service_id,
        s.product_group AS service_group,
        starts AND effective_from < $end AND (effective_to IS NULL OR effective_to > greatest($start, effective_from)) AS inside
    FROM lives l LEFT JOIN services s ON s.service = l.service
),
shown AS (
    SELECT *, CASE WHEN inside THEN (least(coalesce(effective_to, $end), $end) - 1) ELSE effective_from END AS last_day
    FROM told
    WHERE owner = '{owner}' AND (inside OR requested_at < $end_at AND NOT (ever AND effective_from < $start)
        AND coalesce(cancelled_at >= $start_at, true)
        AND coalesce(CASE WHEN decision = 'rejected' THEN decided_at
                WHEN NOT ever AND cancelled_at IS NULL THEN approved_at END >= $start_at, true))
),
given AS (
    SELECT f.{owner}_discount_id AS discount_id, f.currency, count(DISTINCT f.order_id) AS orders,
        sum(f.list_amount) AS list, sum(f.list_amount - f.{owner}_amount) AS discount_given
    FROM charges f
    WHERE f.day >= $start AND f.day < $end AND f.{owner}_discount_id IS NOT NULL {scope}
    GROUP BY ALL
),
rates AS (
    SELECT d.discount_id, min(o.rate) AS partner_rate
    FROM shown d JOIN told o ON o.owner = 'partner' AND o.partner = d.partner AND o.starts
        AND o.effective_from <= d.last_day AND (o.effective_to IS NULL OR o.effective_to > d.last_day)
        AND ('*' IN (coalesce(o.product_group, ''), coalesce(d.product_group, ''))
            OR CASE WHEN o.service IS NOT NULL AND d.service IS NOT NULL THEN o.service = d.service
                ELSE coalesce(o.product_group, o.service_group) = coalesce(d.product_group, d.service_group) END)
    WHERE d.owner = 'customer'
    GROUP BY ALL
)
-- rows
SELECT d.discount_id, account_id, account_name, d.service_id, d.product_group,
    d.deal_id, d.rate,
    CASE WHEN ever THEN d.previous_rate END AS previous_rate, d.requested_at, d.decided_at, d.decision, d.active_from, d.effective_from,
    d.effective_to,
    CASE WHEN NOT ever AND cancelled_at <= $at THEN 'cancelled'
        WHEN decision = 'rejected' AND decided_at <= $at THEN 'rejected'
        WHEN approved_at IS NULL OR $at < approved_at THEN 'awaiting_approval'
        WHEN $at_day < effective_from THEN 'awaiting_activation'
        WHEN effective_to IS NULL OR $at_day < effective_to THEN 'active' ELSE 'expired' END AS status,
    c.code AS currency, coalesce(orders, 0) AS orders, coalesce(list, 0) AS list,
    coalesce(discount_given, 0) AS discount_given, partner_rate, partner_rate - d.rate AS spread
FROM shown d
LEFT JOIN accounts a ON a.account = d.account
LEFT JOIN given g USING (discount_id)
LEFT JOIN currency_keys c ON c.currency = g.currency
LEFT JOIN rates USING (discount_id)
ORDER BY d.discount_id, currency
-- totals
SELECT c.code AS currency, CASE WHEN grouping(own) = 1 THEN 'both' WHEN own THEN 'partner' ELSE 'customer' END AS account_type,
    count(DISTINCT f.order_id) AS orders, sum(f.list_amount) AS list,
    sum(f.list_amount - f.{owner}_amount) AS discount_given
FROM charges f JOIN currency_keys c USING (currency)
WHERE f.day >= $start AND f.day < $end AND f.{owner}_discount_id IN (SELECT discount_id FROM shown) {scope}
GROUP BY GROUPING SETS ((c.code, own), (c.code))
