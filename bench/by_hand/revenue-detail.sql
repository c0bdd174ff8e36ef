SELECT f.occurred_at, f.service_from, f.service_to, account_id, account_name, account_type, service_id, service_name,
    f.sku, f.description, f.order_id, f.invoice_id, f.charge_type, f.quantity, f.unit, f.list_amount AS list,
    f.customer_discount_rate, f.customer_discount_id, CASE WHEN f.own THEN 0 ELSE f.customer_amount END AS sales,
    f.partner_discount_rate, f.partner_discount_id, CASE WHEN f.own THEN 0 ELSE f.partner_amount END AS cost,
    CASE WHEN f.own THEN 0 ELSE f.customer_amount - f.partner_amount END AS margin,
    CASE WHEN f.own THEN f.partner_amount ELSE 0 END AS own_use, f.tax_amount AS tax, c.code AS currency,
    f.charge_id, f.corrects_charge_id
FROM (
    SELECT * FROM charges f
    WHERE f.day >= $start AND f.day < $end {scope} {after}
    ORDER BY f.occurred_at, f.charge_id
    LIMIT 100
) f
JOIN accounts USING (account)
JOIN services USING (service)
JOIN currency_keys c ON c.currency = f.currency
ORDER BY f.occurred_at, f.charge_id
-- totals
SELECT c.code AS currency, CASE WHEN grouping(own) = 1 THEN 'both' WHEN own THEN 'partner' ELSE 'customer' END AS account_type,
    sum(list_amount) AS list, sum(list_amount - customer_amount) FILTER (NOT own) AS customer_discount,
    sum(customer_amount) FILTER (NOT own) AS sales, sum(partner_amount) FILTER (NOT own) AS cost,
    sum(partner_amount) FILTER (own) AS own_use, sum(tax_amount) AS tax, count(*) AS charges,
    count(DISTINCT account) AS accounts
FROM charges f JOIN currency_keys c USING (currency)
WHERE f.day >= $start AND f.day < $end {scope}
GROUP BY GROUPING SETS ((c.code, own), (c.code))
