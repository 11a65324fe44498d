-- What operators should know about storage, and how they were told. New tables: no lock on existing data.
CREATE TABLE storage_alerts (
    alert_id INT UNSIGNED NOT NULL AUTO_INCREMENT,
    type VARCHAR(15) NOT NULL COMMENT 'CAPACITY, GROWTH_RATE, PARTITIONS, DAYS_UNTIL_FULL',
    subject VARCHAR(64) NOT NULL COMMENT 'the table; empty: the warehouse',
    severity VARCHAR(8) NOT NULL COMMENT 'WARNING or CRITICAL',
    message VARCHAR(500) NOT NULL,
    threshold DOUBLE NOT NULL,
    current_value DOUBLE NOT NULL,
    opened_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    closed_at DATETIME(3) NULL,
    open_key VARCHAR(80) AS (CASE WHEN closed_at IS NULL THEN CONCAT(type, ' ', subject) END) STORED,
    PRIMARY KEY (alert_id),
    UNIQUE KEY open_once (open_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE storage_alert_deliveries (
    delivery_id INT UNSIGNED NOT NULL AUTO_INCREMENT,
    alert_id INT UNSIGNED NOT NULL,
    event VARCHAR(8) NOT NULL COMMENT 'OPENED, CHANGED (its severity), CLOSED',
    channel VARCHAR(7) NOT NULL COMMENT 'AUDIT, WEBHOOK, MAIL',
    alert TEXT NOT NULL COMMENT 'the alert at that moment, as JSON',
    created_at DATETIME(3) NOT NULL,
    attempts INT UNSIGNED NOT NULL DEFAULT 0,
    delivered_at DATETIME(3) NULL,
    last_error VARCHAR(500) NULL COMMENT 'of the last attempt; NULL: none, or it was delivered',
    PRIMARY KEY (delivery_id),
    KEY alert (alert_id),
    KEY waiting (delivered_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
