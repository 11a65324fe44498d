-- Who did what, found without reading the whole log. Reads the table once; readers and writers go on.
ALTER TABLE activity_log
    ADD KEY activity_log_who (who, audit_id),
    ADD KEY activity_log_action (action, audit_id);
