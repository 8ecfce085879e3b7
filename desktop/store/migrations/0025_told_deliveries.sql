-- What providers reported, as the team's feed tells, on messages that are not known here, or not yet: the report may
-- come before the answer to our own send. Kept for a day.
CREATE TABLE told_deliveries (
    provider TEXT NOT NULL,
    channel TEXT NOT NULL,
    sender TEXT NOT NULL,
    remote_id TEXT NOT NULL,
    delivery INTEGER NOT NULL,
    is_final INTEGER NOT NULL CHECK (is_final IN (0, 1)),
    reported_at_us INTEGER,
    reason TEXT NOT NULL,
    failure TEXT,
    told_at_us INTEGER NOT NULL,
    PRIMARY KEY (provider, channel, sender, remote_id)
) STRICT, WITHOUT ROWID;
