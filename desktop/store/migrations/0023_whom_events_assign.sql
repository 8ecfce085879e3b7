-- Whom an event assigned the conversation to, as `Entry.assigned_to` has it; empty where it is not said, and of what was
-- stored before.
ALTER TABLE entries ADD COLUMN assigned_to TEXT NOT NULL DEFAULT '';
