-- When the actions of an accepted reply were last begun; NULL before the first time.
ALTER TABLE after_sending ADD COLUMN tried_at_us INTEGER;
-- Of a scheduled reply that became a draft again: when it was to be sent, and the channel of the message it waited for.
ALTER TABLE drafts ADD COLUMN due_at_us INTEGER;
ALTER TABLE drafts ADD COLUMN awaits TEXT;
