-- SPDX-License-Identifier: EUPL-1.2
-- From version 1 to 2. Compiled into index/schema.c; once landed it is never edited.
--
-- Words have a table of their own: with them each page of record_body held one record and was half empty.
CREATE TABLE record_words(rec INTEGER PRIMARY KEY REFERENCES record,
  words BLOB NOT NULL -- words_write(), blob_pack_beside() the body; or a zstd frame, as version 1 wrote them
) STRICT;
INSERT INTO record_words(rec, words) SELECT rec, words FROM record_body;
ALTER TABLE record_body DROP COLUMN words;

-- The ranking takes the number of words from the attributes: without columnsize FTS5 keeps none.
DROP TABLE offer_fts;
CREATE VIRTUAL TABLE offer_fts USING fts5(title, outcomes, provider, subject, description,
  content='offer_text', content_rowid='offer', tokenize='microcat', columnsize=0);
-- Memory for words that wait to be written: the one setting that decides how fast loading is.
INSERT INTO offer_fts(offer_fts, rank) VALUES('hashsize', 33554432);
INSERT INTO offer_fts(offer_fts) VALUES('rebuild');
