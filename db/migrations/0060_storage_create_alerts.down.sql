DROP TABLE IF EXISTS storage_alert_deliveries;
DROP TABLE IF EXISTS storage_alerts;
