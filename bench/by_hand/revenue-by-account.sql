SELECT account_id, account_name, account_type, c.code AS currency, list, customer_discount, sales, cost, sales - cost AS margin, own_use,
    tax, charges, accounts
FROM (
    SELECT f.account, f.currency, sum(list_amount) AS list,
        sum(list_amount - customer_amount) FILTER (NOT own) AS customer_discount,
        sum(customer_amount) FILTER (NOT own) AS sales, sum(partner_amount) FILTER (NOT own) AS cost,
        sum(partner_amount) FILTER (own) AS own_use, sum(tax_amount) AS tax, count(*) AS charges,
        count(DISTINCT f.account) AS accounts
    FROM charges f
    WHERE f.day >= $start AND f.day < $end {scope}
    GROUP BY f.account, f.currency
) g
JOIN accounts USING (account)
JOIN currency_keys c ON c.currency = g.currency
ORDER BY currency, account_id
-- totals
SELECT c.code AS currency, CASE WHEN grouping(own) = 1 THEN 'both' WHEN own THEN 'partner' ELSE 'customer' END AS account_type,
    sum(list_amount) AS list, sum(list_amount - customer_amount) FILTER (NOT own) AS customer_discount,
    sum(customer_amount) FILTER (NOT own) AS sales, sum(partner_amount) FILTER (NOT own) AS cost,
    sum(partner_amount) FILTER (own) AS own_use, sum(tax_amount) AS tax, count(*) AS charges,
    count(DISTINCT account) AS accounts
FROM charges f JOIN currency_keys c USING (currency)
WHERE f.day >= $start AND f.day < $end {scope}
GROUP BY GROUPING SETS ((c.code, own), (c.code))
