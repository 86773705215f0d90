-- SPDX-License-Identifier: EUPL-1.2
-- Version 4. Each transaction adds a segment to the full text's index, and FTS5 merges as soon as four of a
-- level have come together: while a catalogue is loaded each word is written again for each level. With eight
-- there are fewer levels: a sixth less in the writer's commits, for a few more places to look a word up in.
INSERT INTO offer_fts(offer_fts, rank) VALUES('automerge', 8);
