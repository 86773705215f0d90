-- SPDX-License-Identifier: EUPL-1.2
-- Version 4. Each transaction adds a segment to the full text's index, and FTS5 merges them as it goes, four of a
-- level at a time, at once where sixteen have come together: while a catalogue is loaded each word is written again
-- for each level. The store says when to merge now: in quiet times, at last (index/store_tidy.h).
INSERT INTO offer_fts(offer_fts, rank) VALUES('automerge', 0);
INSERT INTO offer_fts(offer_fts, rank) VALUES('crisismerge', 512);
