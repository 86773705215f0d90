-- SPDX-License-Identifier: EUPL-1.2
-- Version 1. Times in UTC seconds (_s). Compiled into index/schema.c; once landed it is never edited.
--
-- What is true now stands in the main tables; a row of *_version is written when
-- a version is superseded (gen_from <= g < gen_to), so that loading writes none.

CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
-- db_uuid, mapping_version, vocab_version, text_version

-- One row a committed change of what users can find; never pruned: day -> generation.
-- The largest is the present one. at_s never decreases, also when the clock is set back.
CREATE TABLE generation(gen INTEGER PRIMARY KEY, at_s INTEGER NOT NULL, run INTEGER, cause TEXT NOT NULL) STRICT;
CREATE INDEX generation_by_time ON generation(at_s, gen);

CREATE TABLE source(
  sid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
  settings TEXT NOT NULL,           -- source_write(): no secrets
  settings_hash BLOB NOT NULL,
  title TEXT, is_enabled INTEGER NOT NULL, is_configured INTEGER NOT NULL,
  next_due_s INTEGER,               -- NULL: at once
  not_before_s INTEGER, last_complete_run INTEGER, last_run INTEGER,
  n_failures INTEGER NOT NULL DEFAULT 0, dropped_s INTEGER) STRICT;

-- harvest_remember(); is_final 0: of a run that has not completed
CREATE TABLE source_memory(sid INTEGER NOT NULL REFERENCES source, key TEXT NOT NULL, value BLOB NOT NULL, run INTEGER NOT NULL,
  is_final INTEGER NOT NULL, PRIMARY KEY(sid,key,is_final)) STRICT, WITHOUT ROWID;

CREATE TABLE host(host TEXT PRIMARY KEY, not_before_s INTEGER NOT NULL) STRICT, WITHOUT ROWID; -- Retry-After

CREATE TABLE run(
  run INTEGER PRIMARY KEY, sid INTEGER NOT NULL REFERENCES source,
  kind TEXT NOT NULL,    -- harvest replay restore confirm
  state TEXT NOT NULL,   -- running complete incomplete held cancelled failed interrupted confirmed(was held)
  why TEXT, end_rule TEXT, started_s INTEGER NOT NULL, ended_s INTEGER, gen_from INTEGER, gen_to INTEGER,
  of_run INTEGER,        -- restore, confirm: the run it is about
  n_requests INTEGER NOT NULL DEFAULT 0, n_pages INTEGER NOT NULL DEFAULT 0, n_pages_lost INTEGER NOT NULL DEFAULT 0,
  n_not_modified INTEGER NOT NULL DEFAULT 0, wire_bytes INTEGER NOT NULL DEFAULT 0, body_bytes INTEGER NOT NULL DEFAULT 0,
  announced INTEGER, missing INTEGER,
  shown INTEGER NOT NULL DEFAULT 0, new INTEGER NOT NULL DEFAULT 0, back INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0, unchanged INTEGER NOT NULL DEFAULT 0, rejected INTEGER NOT NULL DEFAULT 0,
  out_of_scope INTEGER NOT NULL DEFAULT 0, duplicate INTEGER NOT NULL DEFAULT 0,
  before INTEGER NOT NULL DEFAULT 0, kept INTEGER NOT NULL DEFAULT 0, unlisted INTEGER NOT NULL DEFAULT 0,
  removed_gone INTEGER NOT NULL DEFAULT 0, removed_absent INTEGER NOT NULL DEFAULT 0, held INTEGER NOT NULL DEFAULT 0,
  n_notes INTEGER NOT NULL DEFAULT 0,
  mapping_version TEXT NOT NULL, settings_hash BLOB NOT NULL,
  fetch_ms INTEGER, worker_ms INTEGER, write_ms INTEGER) STRICT;
CREATE INDEX run_by_source ON run(sid, run);
CREATE INDEX run_running ON run(sid) WHERE state = 'running';

CREATE TABLE run_note(run INTEGER NOT NULL REFERENCES run, seq INTEGER NOT NULL,
  kind TEXT NOT NULL,    -- reject page-lost missing note(a repair, a doubt) out-of-scope duplicate gone
  code TEXT NOT NULL, page TEXT, record_id TEXT, element TEXT, path TEXT, got TEXT, expected TEXT, msg TEXT,
  PRIMARY KEY(run,seq)) STRICT, WITHOUT ROWID;

-- The kept bodies: zstd files in state-dir/responses/, named by the hash of the body.
CREATE TABLE response(sid INTEGER NOT NULL, url TEXT NOT NULL, run INTEGER NOT NULL, seq INTEGER NOT NULL,
  kind INTEGER NOT NULL, status INTEGER NOT NULL, final_url TEXT, content_type TEXT, link TEXT,
  etag TEXT, last_modified TEXT, fetched_s INTEGER NOT NULL, checked_s INTEGER NOT NULL,
  body_hash BLOB NOT NULL, body_bytes INTEGER NOT NULL, file_bytes INTEGER NOT NULL,
  PRIMARY KEY(sid,url)) STRICT, WITHOUT ROWID; -- the newest of each URL
CREATE INDEX response_by_hash ON response(body_hash);
CREATE INDEX response_by_run ON response(sid, run, seq);
CREATE INDEX response_by_age ON response(checked_s);

-- Narrow, since each run touches each row; rows are never deleted, so rec grows with time.
CREATE TABLE record(
  rec INTEGER PRIMARY KEY, sid INTEGER NOT NULL REFERENCES source, record_id TEXT NOT NULL, offer INTEGER NOT NULL REFERENCES offer,
  state TEXT NOT NULL,   -- live unlisted stale gone
  raw_hash BLOB NOT NULL, body_hash BLOB NOT NULL, gen_from INTEGER NOT NULL,
  first_seen_s INTEGER NOT NULL, seen_s INTEGER NOT NULL, seen_run INTEGER NOT NULL, changed_s INTEGER NOT NULL,
  absent_since_s INTEGER, -- while unlisted
  gone_s INTEGER, gone_run INTEGER, gone_why TEXT, -- gone_why: source absent confirmed
  UNIQUE(sid,record_id)) STRICT;
CREATE INDEX record_by_offer ON record(offer);
CREATE TABLE record_body(rec INTEGER PRIMARY KEY REFERENCES record, mapping_version TEXT NOT NULL,
  body TEXT NOT NULL,    -- offer_write()
  words BLOB NOT NULL    -- words_write(), zstd
) STRICT;
CREATE TABLE record_version(rec INTEGER NOT NULL REFERENCES record, gen_from INTEGER NOT NULL, gen_to INTEGER NOT NULL,
  run INTEGER NOT NULL, state TEXT NOT NULL, mapping_version TEXT NOT NULL, body BLOB, -- zstd; NULL while gone
  PRIMARY KEY(rec,gen_from)) STRICT, WITHOUT ROWID;

-- Stored, not yet joined and indexed; emptied in the indexing transaction.
CREATE TABLE dirty(rec INTEGER PRIMARY KEY REFERENCES record) STRICT;

CREATE TABLE offer(
  offer INTEGER PRIMARY KEY, -- the slot: dense, never reused, rowid of the full text
  id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, -- live gone merged
  merged_into INTEGER REFERENCES offer,
  gen_from INTEGER NOT NULL,      -- of the present attributes
  first_seen_s INTEGER NOT NULL, changed_s INTEGER NOT NULL,
  attrs BLOB                      -- index/attrs.h: all that filters, facets and statistics ask; NULL while gone
) STRICT;
CREATE TABLE offer_body(offer INTEGER PRIMARY KEY REFERENCES offer, body TEXT NOT NULL) STRICT; -- of offers with several records
CREATE TABLE offer_member(offer INTEGER NOT NULL REFERENCES offer, rec INTEGER NOT NULL REFERENCES record, gen_from INTEGER NOT NULL,
  gen_to INTEGER, why TEXT NOT NULL, score INTEGER, PRIMARY KEY(offer,rec,gen_from)) STRICT, WITHOUT ROWID;
CREATE TABLE offer_version(offer INTEGER NOT NULL REFERENCES offer, gen_from INTEGER NOT NULL, gen_to INTEGER NOT NULL, attrs BLOB NOT NULL,
  PRIMARY KEY(offer,gen_from)) STRICT, WITHOUT ROWID;
CREATE INDEX offer_version_to ON offer_version(gen_to);
CREATE TABLE change(gen INTEGER NOT NULL, offer INTEGER NOT NULL, kind TEXT NOT NULL, -- added changed removed merged
  other INTEGER, PRIMARY KEY(gen,offer)) STRICT, WITHOUT ROWID;
CREATE TABLE consumer(name TEXT PRIMARY KEY, gen INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE term(term INTEGER PRIMARY KEY, dim INTEGER NOT NULL, code TEXT NOT NULL, label TEXT, UNIQUE(dim,code)) STRICT;

CREATE TABLE offer_text(offer INTEGER PRIMARY KEY REFERENCES offer, title TEXT, outcomes TEXT, provider TEXT, subject TEXT, description TEXT) STRICT;
CREATE VIRTUAL TABLE offer_fts USING fts5(title, outcomes, provider, subject, description,
  content='offer_text', content_rowid='offer', tokenize='microcat');
-- Memory for words that wait to be written: the one setting that decides how fast loading is.
INSERT INTO offer_fts(offer_fts, rank) VALUES('hashsize', 33554432);
