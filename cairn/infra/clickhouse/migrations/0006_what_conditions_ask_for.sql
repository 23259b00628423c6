-- What WhatsApp may be used for, and by which form or person an SMS consent came about.
ALTER TABLE profiles
    ADD COLUMN IF NOT EXISTS sms_method_detail String AFTER sms_method,
    ADD COLUMN IF NOT EXISTS whatsapp_marketing_consent LowCardinality(String),
    ADD COLUMN IF NOT EXISTS whatsapp_marketing_consent_at Nullable(DateTime('UTC')),
    ADD COLUMN IF NOT EXISTS whatsapp_marketing_recorded_at Nullable(DateTime('UTC')),
    ADD COLUMN IF NOT EXISTS whatsapp_marketing_method LowCardinality(String),
    ADD COLUMN IF NOT EXISTS whatsapp_marketing_method_detail String,
    ADD COLUMN IF NOT EXISTS whatsapp_transactional_consent LowCardinality(String),
    ADD COLUMN IF NOT EXISTS whatsapp_transactional_consent_at Nullable(DateTime('UTC')),
    ADD COLUMN IF NOT EXISTS whatsapp_transactional_recorded_at Nullable(DateTime('UTC')),
    ADD COLUMN IF NOT EXISTS whatsapp_transactional_method LowCardinality(String),
    ADD COLUMN IF NOT EXISTS whatsapp_transactional_method_detail String;

-- What models say of a profile. NULL, or empty, where none has.
ALTER TABLE profiles
    ADD COLUMN IF NOT EXISTS expected_date_of_next_purchase Nullable(DateTime('UTC')),
    ADD COLUMN IF NOT EXISTS average_days_between_orders Nullable(Float64),
    ADD COLUMN IF NOT EXISTS average_order_value Nullable(Float64),
    ADD COLUMN IF NOT EXISTS churn_probability Nullable(Float64),
    ADD COLUMN IF NOT EXISTS historic_clv Nullable(Float64),
    ADD COLUMN IF NOT EXISTS historic_number_of_orders Nullable(Float64),
    ADD COLUMN IF NOT EXISTS predicted_clv Nullable(Float64),
    ADD COLUMN IF NOT EXISTS predicted_number_of_orders Nullable(Float64),
    ADD COLUMN IF NOT EXISTS total_clv Nullable(Float64),
    ADD COLUMN IF NOT EXISTS predicted_gender LowCardinality(String),
    ADD COLUMN IF NOT EXISTS affinity_email_priority Nullable(UInt8),
    ADD COLUMN IF NOT EXISTS affinity_email_rank LowCardinality(String),
    ADD COLUMN IF NOT EXISTS affinity_push_priority Nullable(UInt8),
    ADD COLUMN IF NOT EXISTS affinity_push_rank LowCardinality(String),
    ADD COLUMN IF NOT EXISTS affinity_sms_priority Nullable(UInt8),
    ADD COLUMN IF NOT EXISTS affinity_sms_rank LowCardinality(String),
    ADD COLUMN IF NOT EXISTS affinity_whatsapp_priority Nullable(UInt8),
    ADD COLUMN IF NOT EXISTS affinity_whatsapp_rank LowCardinality(String);

-- Where postal codes lie, as imported from GeoNames: facts of the world, the same for every account.
CREATE TABLE IF NOT EXISTS postal_codes
(
    country LowCardinality(String),
    code String,
    latitude Float64,
    longitude Float64,
    imported DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(imported)
ORDER BY (country, code);
