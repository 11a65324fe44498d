ALTER TABLE activity_log
    DROP KEY IF EXISTS activity_log_who,
    DROP KEY IF EXISTS activity_log_action;
