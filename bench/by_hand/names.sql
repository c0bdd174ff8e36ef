WITH accounts AS (
    SELECT DISTINCT ON (v.account) v.account, k.account_id, v.name AS account_name, v.billing_mode,
        CASE WHEN v.own THEN 'partner' ELSE 'customer' END AS account_type
    FROM account_versions v JOIN account_keys k USING (account)
    ORDER BY v.account, v.managed_from DESC, v.seq DESC
),
services AS (
    SELECT DISTINCT ON (v.service) v.service, k.service_id, v.name AS service_name, v.product_group
    FROM service_versions v JOIN service_keys k USING (service)
    ORDER BY v.service, v.seq DESC
)
