-- SPDX-License-Identifier: EUPL-1.2
-- Version 4. Each transaction adds a segment to the full text's index, and FTS5 merges them as it goes, four of a
-- level at a time, at once where sixteen have come together: while a catalogue is loaded each word is written again
-- for each level. Segments are merged in quiet times now (index/store_tidy.h); these bounds are for harvests that
-- leave none.
INSERT INTO offer_fts(offer_fts, rank) VALUES('automerge', 64);
INSERT INTO offer_fts(offer_fts, rank) VALUES('crisismerge', 256);
