-- Who did what, when, through which door. Rows are only ever added.
CREATE TABLE activity_log (
    audit_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    at DATETIME(3) NOT NULL,
    who VARCHAR(100) NOT NULL,
    door VARCHAR(16) CHARACTER SET ascii NOT NULL,
    action VARCHAR(100) CHARACTER SET ascii NOT NULL,
    subject VARCHAR(200) NULL,
    details JSON NULL,
    why VARCHAR(1000) NULL,
    correlation_id VARCHAR(64) CHARACTER SET ascii NULL,
    PRIMARY KEY (audit_id),
    KEY activity_log_subject (subject, audit_id)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
