-- SPDX-License-Identifier: EUPL-1.2
-- Version 5. Compiled into index/schema.c; once landed it is never edited.
--
-- seen_run is the last run that showed a record, a replay too. Whether a source still lists it is another question, which
-- a confirmation asks: listed_run is the run that answers it where seen_run does not; NULL where it does.
ALTER TABLE record ADD COLUMN listed_run INTEGER;
-- Items that were rejected and of which no id could be read.
ALTER TABLE run ADD COLUMN unidentified INTEGER NOT NULL DEFAULT 0;
