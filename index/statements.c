// SPDX-License-Identifier: EUPL-1.2
/*
 * Every SQL statement of the project, in the order of index/statements.h. None is
 * put together at run time; parameters are bound by name.
 */
#include "index/statements.h"

#include "base/mem.h"

/* clang-format off */

/* What a record is findable in: its offer can be searched for. */
#define FINDABLE "state IN ('live', 'unlisted', 'stale')"

/* Of a run: each record that the source has was read. */
#define READ_ALL "kind IN ('harvest', 'replay') AND state IN ('complete', 'held', 'confirmed')"

/*
 * :run has shown a record. A replay (no :seen_s) reads what the source said
 * before, which says nothing about what it lists now: but for a record that
 * was gone, listed_run keeps the run that does.
 */
#define SEEN \
	"seen_s = coalesce(:seen_s, seen_s), seen_run = :run," \
	" listed_run = CASE WHEN :seen_s IS NULL AND state <> 'gone' THEN coalesce(listed_run, seen_run) END"

#define RUN_COLUMNS \
	"r.run, r.sid, s.id, r.kind, r.state, r.why, r.end_rule, r.started_s, r.ended_s," \
	" r.gen_from, r.gen_to, r.of_run, r.n_requests, r.n_pages, r.n_pages_lost," \
	" r.n_not_modified, r.wire_bytes, r.body_bytes, r.announced, r.missing, r.shown, r.new," \
	" r.back, r.changed, r.unchanged, r.rejected, r.out_of_scope, r.duplicate, r.before," \
	" r.kept, r.unlisted, r.removed_gone, r.removed_absent, r.held, r.n_notes," \
	" r.mapping_version, r.fetch_ms, r.worker_ms, r.write_ms"

#define SOURCE_COLUMNS \
	"sid, id, title, settings, settings_hash, is_enabled, is_configured, next_due_s," \
	" not_before_s, last_complete_run, last_run, n_failures, dropped_s"

#define RESPONSE_COLUMNS \
	"sid, url, run, seq, kind, status, final_url, content_type, link, etag, last_modified," \
	" fetched_s, checked_s, body_hash, body_bytes, file_bytes"

static const char *const texts[STMT_COUNT] = {
	[STMT_BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[STMT_BEGIN_READ] = "BEGIN",
	[STMT_COMMIT] = "COMMIT",
	[STMT_ROLLBACK] = "ROLLBACK",
	[STMT_META_GET] =
		"SELECT value FROM meta WHERE key = :key",
	[STMT_META_SET] =
		"INSERT INTO meta(key, value) VALUES(:key, :value)"
		" ON CONFLICT(key) DO UPDATE SET value = excluded.value",
	[STMT_GENERATION_NOW] =
		"SELECT coalesce(max(gen), 0) FROM generation",
	[STMT_GENERATION_ADD] =
		"INSERT INTO generation(gen, at_s, run, cause)"
		" VALUES(:gen, max(:at_s, coalesce((SELECT at_s FROM generation WHERE gen = :gen - 1), :at_s)),"
		" :run, :cause)",
	[STMT_GENERATION_OF_TIME] =
		"SELECT gen FROM generation WHERE at_s < :before_s ORDER BY at_s DESC, gen DESC LIMIT 1",
	[STMT_GENERATION_TIME] =
		"SELECT at_s FROM generation WHERE gen = :gen",
	[STMT_CHANGE_ADD] =
		"INSERT INTO change(gen, offer, kind, other) VALUES(:gen, :offer, :kind, :other)",

	[STMT_SOURCE_PUT] =
		"INSERT INTO source(id, settings, settings_hash, title, is_enabled, is_configured)"
		" VALUES(:id, :settings, :settings_hash, :title, :is_enabled, 1)"
		" ON CONFLICT(id) DO UPDATE SET settings = excluded.settings,"
		" settings_hash = excluded.settings_hash, title = excluded.title,"
		" is_enabled = excluded.is_enabled, is_configured = 1, dropped_s = NULL",
	[STMT_SOURCE_BY_ID] =
		"SELECT " SOURCE_COLUMNS " FROM source WHERE id = :id",
	[STMT_SOURCE_BY_SID] =
		"SELECT " SOURCE_COLUMNS " FROM source WHERE sid = :sid",
	[STMT_SOURCE_LIST] =
		"SELECT " SOURCE_COLUMNS " FROM source ORDER BY id",
	[STMT_SOURCES_UNCONFIGURE] =
		"UPDATE source SET is_configured = 0 WHERE is_configured = 1",
	[STMT_SOURCES_DROP] =
		"UPDATE source SET dropped_s = :now_s WHERE is_configured = 0 AND dropped_s IS NULL",
	[STMT_SOURCE_DUE] =
		"UPDATE source SET next_due_s = :next_due_s, not_before_s = :not_before_s,"
		" n_failures = :n_failures WHERE id = :id",
	[STMT_SOURCE_RUN] =
		"UPDATE source SET last_run = :run WHERE sid = :sid",
	[STMT_SOURCE_COMPLETE_RUN] =
		"UPDATE source SET last_complete_run = :run WHERE sid = :sid",
	[STMT_MEMORY_PUT] =
		"INSERT INTO source_memory(sid, key, value, run, is_final) VALUES(:sid, :key, :value, :run, 0)"
		" ON CONFLICT(sid, key, is_final) DO UPDATE SET value = excluded.value, run = excluded.run",
	[STMT_MEMORY_COUNT] =
		"SELECT count(DISTINCT key) FROM source_memory WHERE sid = :sid",
	[STMT_MEMORY_LIST] =
		"SELECT key, value FROM source_memory WHERE sid = :sid AND is_final = 1 ORDER BY key",
	[STMT_MEMORY_FINALISE] =
		"INSERT INTO source_memory(sid, key, value, run, is_final)"
		" SELECT sid, key, value, run, 1 FROM source_memory"
		" WHERE sid = :sid AND is_final = 0 AND run = :run"
		" ON CONFLICT(sid, key, is_final) DO UPDATE SET value = excluded.value, run = excluded.run",
	[STMT_MEMORY_FORGET] =
		"DELETE FROM source_memory WHERE sid = :sid AND is_final = 0 AND run = :run",
	[STMT_HOST_PUT] =
		"INSERT INTO host(host, not_before_s) VALUES(:host, :not_before_s)"
		" ON CONFLICT(host) DO UPDATE SET not_before_s = max(not_before_s, excluded.not_before_s)",
	[STMT_HOST_LIST] =
		"SELECT host, not_before_s FROM host WHERE not_before_s > :now_s ORDER BY host",
	[STMT_HOST_FORGET] =
		"DELETE FROM host WHERE not_before_s <= :now_s",

	[STMT_RUN_ADD] =
		"INSERT INTO run(sid, kind, state, started_s, gen_from, of_run, before, mapping_version, settings_hash)"
		" VALUES(:sid, :kind, 'running', :started_s, :gen_from, :of_run, :before, :mapping_version,"
		" :settings_hash)",
	[STMT_RUN_COUNT] =
		"UPDATE run SET n_pages = :n_pages, n_pages_lost = :n_pages_lost, announced = :announced,"
		" missing = :missing, shown = :shown, new = :new, back = :back, changed = :changed,"
		" unchanged = :unchanged, rejected = :rejected, out_of_scope = :out_of_scope,"
		" duplicate = :duplicate, before = :before, kept = :kept, unlisted = :unlisted,"
		" removed_gone = :removed_gone, removed_absent = :removed_absent, held = :held,"
		" n_notes = :n_notes, unidentified = :unidentified WHERE run = :run",
	[STMT_RUN_SETTLE] =
		"UPDATE run SET state = :state, why = :why, end_rule = :end_rule, ended_s = :ended_s,"
		" gen_to = :gen_to, n_requests = :n_requests, n_not_modified = :n_not_modified,"
		" wire_bytes = :wire_bytes, body_bytes = :body_bytes, fetch_ms = :fetch_ms,"
		" worker_ms = :worker_ms, write_ms = :write_ms WHERE run = :run",
	[STMT_RUN_HELD] =
		"UPDATE run SET held = :held WHERE run = :run",
	[STMT_RUN_SOURCE] =
		"SELECT sid FROM run WHERE run = :run",
	[STMT_RUN_STATE] =
		"UPDATE run SET state = :state WHERE run = :run",
	[STMT_RUN_UNIDENTIFIED] =
		"SELECT r.unidentified FROM source s JOIN run r ON r.run = s.last_complete_run WHERE s.sid = :sid",
	[STMT_RUN_RUNNING] =
		"SELECT run FROM run WHERE sid = :sid AND state = 'running' LIMIT 1",
	[STMT_RUN_NEWEST_HELD] =
		"SELECT run FROM run WHERE sid = :sid AND state = 'held' ORDER BY run DESC LIMIT 1",
	[STMT_RUN_LEFT_OVER] =
		"SELECT run, sid FROM run WHERE state = 'running' AND (:sid IS NULL OR sid = :sid) LIMIT 1",
	[STMT_RUN_GET] =
		"SELECT " RUN_COLUMNS " FROM run r JOIN source s ON s.sid = r.sid WHERE r.run = :run",
	/* The newest that read all of a source: what is findable was made by it. */
	[STMT_RUN_READ_ALL] =
		"SELECT mapping_version, settings_hash FROM run WHERE sid = :sid AND " READ_ALL
		" ORDER BY run DESC LIMIT 1",
	[STMT_SOURCES_READ_OTHERWISE] =
		"SELECT count(*) FROM source s WHERE is_configured = 1 AND"
		" (SELECT mapping_version FROM run WHERE sid = s.sid AND " READ_ALL
		" ORDER BY run DESC LIMIT 1) <> :mapping_version",
	[STMT_RUN_LIST] =
		"SELECT " RUN_COLUMNS " FROM source s JOIN run r ON r.sid = s.sid"
		" WHERE s.id = :source AND r.run < :before_run ORDER BY r.run DESC LIMIT :limit",
	[STMT_NOTE_ADD] =
		"INSERT INTO run_note(run, seq, kind, code, page, record_id, element, path, got, expected, msg)"
		" VALUES(:run, :seq, :kind, :code, :page, :record_id, :element, :path, :got, :expected, :msg)",
	[STMT_NOTE_LIST] =
		"SELECT seq, kind, code, page, record_id, element, path, got, expected, msg FROM run_note"
		" WHERE run = :run AND seq > :after ORDER BY seq LIMIT :limit",
	[STMT_NOTE_COUNTS] =
		"SELECT kind, code, count(*) FROM run_note WHERE run = :run GROUP BY kind, code"
		" ORDER BY 3 DESC, 1, 2",

	[STMT_RECORD_KNOWN] =
		"SELECT raw_hash, rec FROM record WHERE sid = :sid AND " FINDABLE,
	[STMT_RECORD_COUNT_FINDABLE] =
		"SELECT count(*) FROM record WHERE sid = :sid AND " FINDABLE,
	[STMT_RECORD_MAX] =
		"SELECT coalesce(max(rec), 0) FROM record",
	[STMT_RECORD_FIND] =
		"SELECT rec, offer, state, raw_hash, body_hash, gen_from, first_seen_s, seen_run"
		" FROM record WHERE sid = :sid AND record_id = :record_id",
	[STMT_RECORD_ADD] =
		"INSERT INTO record(sid, record_id, offer, state, raw_hash, body_hash, gen_from, first_seen_s,"
		" seen_s, seen_run, changed_s) VALUES(:sid, :record_id, :offer, 'live', :raw_hash, :body_hash,"
		" :gen, :now_s, :now_s, :run, :now_s)",
	[STMT_RECORD_BODY_ADD] =
		"INSERT INTO record_body(rec, mapping_version, body) VALUES(:rec, :mapping_version, :body)",
	[STMT_RECORD_BODY_GET] =
		"SELECT body, mapping_version FROM record_body WHERE rec = :rec",
	[STMT_RECORD_BODY_PUT] =
		"UPDATE record_body SET mapping_version = :mapping_version, body = :body WHERE rec = :rec",
	[STMT_RECORD_WORDS_ADD] =
		"INSERT INTO record_words(rec, words) VALUES(:rec, :words)",
	[STMT_RECORD_WORDS_PUT] =
		"UPDATE record_words SET words = :words WHERE rec = :rec",
	[STMT_RECORD_SEEN] =
		"UPDATE record SET " SEEN " WHERE rec = :rec AND seen_run <> :run AND state = 'live'",
	[STMT_RECORD_SAME] =
		"UPDATE record SET " SEEN ", state = 'live', absent_since_s = NULL"
		" WHERE rec = :rec AND seen_run <> :run AND " FINDABLE,
	[STMT_RECORD_RAW_HASH] =
		"UPDATE record SET raw_hash = :raw_hash WHERE rec = :rec",
	[STMT_RECORD_CHANGED] =
		"UPDATE record SET state = 'live', raw_hash = :raw_hash, body_hash = :body_hash, gen_from = :gen,"
		" " SEEN ", changed_s = :now_s, absent_since_s = NULL, gone_s = NULL, gone_run = NULL, gone_why = NULL"
		" WHERE rec = :rec",
	[STMT_RECORD_STALE] =
		"UPDATE record SET state = 'stale', absent_since_s = NULL, " SEEN
		" WHERE rec = :rec AND " FINDABLE,
	[STMT_RECORD_GONE] =
		"UPDATE record SET state = 'gone', gen_from = :gen, absent_since_s = NULL, gone_s = :now_s,"
		" gone_run = :run, gone_why = :why WHERE rec = :rec",
	[STMT_RECORD_RESTORE] =
		"UPDATE record SET state = 'unlisted', gen_from = :gen, absent_since_s = :now_s, gone_s = NULL,"
		" gone_run = NULL, gone_why = NULL, listed_run = :run WHERE rec = :rec",
	[STMT_RECORD_UNLISTED] =
		"UPDATE record SET state = 'unlisted', absent_since_s = :now_s WHERE rec = :rec",
	[STMT_RECORD_ABSENT] =
		"SELECT rec, offer, state, gen_from, absent_since_s, first_seen_s FROM record"
		" WHERE sid = :sid AND seen_run <> :run AND " FINDABLE,
	[STMT_RECORD_STILL_ABSENT] =
		"SELECT rec, offer, state, gen_from, absent_since_s, first_seen_s FROM record"
		" WHERE sid = :sid AND coalesce(listed_run, seen_run) < :run AND " FINDABLE,
	[STMT_RECORD_NEW_BODIES] =
		"SELECT b.body FROM record r JOIN record_body b ON b.rec = r.rec"
		" WHERE r.sid = :sid AND r.rec > :max_rec AND r.seen_run = :run",
	[STMT_RECORD_ABSENT_BODIES] =
		"SELECT b.body FROM record r JOIN record_body b ON b.rec = r.rec"
		" WHERE r.sid = :sid AND r.seen_run <> :run AND r." FINDABLE,
	[STMT_RECORD_GONE_BY] =
		"SELECT rec, offer, state, gen_from, absent_since_s, first_seen_s FROM record"
		" WHERE sid = :sid AND state = 'gone' AND gone_run IN"
		" (SELECT run FROM run WHERE sid = :sid AND (run = :run OR (kind = 'confirm' AND of_run = :run)))",
	[STMT_RECORD_VERSION_ADD] =
		"INSERT INTO record_version(rec, gen_from, gen_to, run, state, mapping_version, body)"
		" VALUES(:rec, :gen_from, :gen_to, :run, :state, :mapping_version, :body)",
	[STMT_RECORD_VERSION_LIST] =
		"SELECT gen_from, gen_to, run, state, mapping_version, body FROM record_version"
		" WHERE rec = :rec ORDER BY gen_from",
	[STMT_DIRTY_LIST] =
		"SELECT d.rec, r.offer, r.state, r.first_seen_s, s.id"
		" FROM dirty d JOIN record r ON r.rec = d.rec JOIN source s ON s.sid = r.sid ORDER BY d.rec",
	[STMT_DIRTY_DELETE] =
		"DELETE FROM dirty",

	[STMT_OFFER_ADD] =
		"INSERT INTO offer(id, state, gen_from, first_seen_s, changed_s)"
		" VALUES(:id, 'live', :gen, :now_s, :now_s)",
	[STMT_OFFER_STATE] =
		"UPDATE offer SET state = :state, changed_s = :now_s WHERE offer = :offer",
	[STMT_OFFER_BY_ID] =
		"SELECT offer, id, state, merged_into, first_seen_s, changed_s FROM offer WHERE id = :id",
	[STMT_OFFER_BY_SLOT] =
		"SELECT offer, id, state, merged_into, first_seen_s, changed_s FROM offer WHERE offer = :offer",
	[STMT_OFFER_BODY] =
		"SELECT coalesce((SELECT body FROM offer_body WHERE offer = :offer),"
		" (SELECT b.body FROM record r JOIN record_body b ON b.rec = r.rec WHERE r.offer = :offer"
		"  ORDER BY r.state = 'gone', r.rec LIMIT 1))",
	[STMT_OFFER_RECORDS] =
		"SELECT r.rec, s.id, s.title, r.record_id, r.state, r.first_seen_s, r.seen_s, r.changed_s, r.gone_s,"
		" r.gone_why, b.mapping_version, b.body, w.words"
		" FROM record r JOIN source s ON s.sid = r.sid JOIN record_body b ON b.rec = r.rec"
		" JOIN record_words w ON w.rec = r.rec"
		" WHERE r.offer = :offer ORDER BY r.rec",

	[STMT_RESPONSE_FIND] =
		"SELECT " RESPONSE_COLUMNS " FROM response WHERE sid = :sid AND url = :url",
	[STMT_RESPONSE_PUT] =
		"INSERT OR REPLACE INTO response(" RESPONSE_COLUMNS ")"
		" VALUES(:sid, :url, :run, :seq, :kind, :status, :final_url, :content_type, :link, :etag,"
		" :last_modified, :fetched_s, :checked_s, :body_hash, :body_bytes, :file_bytes)",
	[STMT_RESPONSE_TOUCH] =
		"UPDATE response SET run = :run, seq = :seq, checked_s = :checked_s"
		" WHERE sid = :sid AND url = :url",
	[STMT_RESPONSE_DROP] =
		"DELETE FROM response WHERE sid = :sid AND url = :url",
	[STMT_RESPONSE_DROP_HASH] =
		"DELETE FROM response WHERE body_hash = :body_hash",
	[STMT_RESPONSE_LIST] =
		"SELECT " RESPONSE_COLUMNS " FROM response WHERE sid = :sid ORDER BY run, seq",
	[STMT_RESPONSE_HAS_HASH] =
		"SELECT 1 FROM response WHERE body_hash = :body_hash LIMIT 1",
	[STMT_RESPONSE_OLD] =
		"SELECT p.sid, p.url, p.body_hash, p.file_bytes FROM response p JOIN source s ON s.sid = p.sid"
		" WHERE p.checked_s < :before_s AND (s.last_complete_run IS NULL OR p.run < s.last_complete_run)"
		" ORDER BY p.checked_s LIMIT :limit",
	[STMT_RESPONSE_BYTES] =
		"SELECT coalesce(sum(n), 0) FROM (SELECT max(file_bytes) AS n FROM response GROUP BY body_hash)",
	[STMT_RESPONSE_OLDEST] =
		"SELECT p.sid, p.url, p.body_hash, p.file_bytes FROM response p JOIN source s ON s.sid = p.sid"
		" ORDER BY (s.last_complete_run IS NOT NULL AND p.run >= s.last_complete_run), p.checked_s, p.run,"
		" p.seq LIMIT :limit",

	[STMT_REPORT_SOURCE_COUNTS] =
		"SELECT state, count(*) FROM record WHERE sid = :sid GROUP BY state",
	[STMT_REPORT_SOURCE_ATTRS] =
		"SELECT o.attrs FROM record r JOIN offer o ON o.offer = r.offer"
		" WHERE r.sid = :sid AND r." FINDABLE " AND o.attrs IS NOT NULL",
	[STMT_REPORT_CHANGES] =
		"SELECT c.gen, g.at_s, c.offer, o.id, c.kind, m.id"
		" FROM change c JOIN generation g ON g.gen = c.gen JOIN offer o ON o.offer = c.offer"
		" LEFT JOIN offer m ON m.offer = c.other"
		" WHERE (c.gen, c.offer) > (:gen, :offer) ORDER BY c.gen, c.offer LIMIT :limit",

	[STMT_TERMS_AFTER] =
		"SELECT term, dim, code, label FROM term WHERE term > :after ORDER BY term",
	[STMT_TERM_FIND] =
		"SELECT term FROM term WHERE dim = :dim AND code = :code",
	[STMT_TERM_ADD] =
		"INSERT INTO term(dim, code, label) VALUES(:dim, :code, :label)",
	[STMT_ATTRS_GET] =
		"SELECT attrs, gen_from FROM offer WHERE offer = :offer",
	[STMT_ATTRS_SET] =
		"UPDATE offer SET attrs = :attrs, gen_from = :gen WHERE offer = :offer",
	[STMT_ATTRS_AFTER] =
		"SELECT offer FROM offer WHERE offer > :after AND attrs IS NOT NULL"
		" ORDER BY offer LIMIT :limit",
	[STMT_VERSION_ADD] =
		"INSERT INTO offer_version(offer, gen_from, gen_to, attrs)"
		" VALUES(:offer, :gen_from, :gen_to, :attrs)",
	[STMT_TEXT_GET] =
		"SELECT title, outcomes, provider, subject, description FROM offer_text WHERE offer = :offer",
	[STMT_TEXT_PUT] =
		"INSERT INTO offer_text(offer, title, outcomes, provider, subject, description)"
		" VALUES(:offer, :title, :outcomes, :provider, :subject, :description)"
		" ON CONFLICT(offer) DO UPDATE SET title = excluded.title, outcomes = excluded.outcomes,"
		" provider = excluded.provider, subject = excluded.subject, description = excluded.description",
	[STMT_TEXT_DELETE] =
		"DELETE FROM offer_text WHERE offer = :offer",
	[STMT_TEXT_DELETE_ALL] =
		"DELETE FROM offer_text",
	[STMT_FTS_ADD] =
		"INSERT INTO offer_fts(rowid, title, outcomes, provider, subject, description)"
		" VALUES(:offer, :title, :outcomes, :provider, :subject, :description)",
	[STMT_FTS_DELETE] =
		"INSERT INTO offer_fts(offer_fts, rowid, title, outcomes, provider, subject, description)"
		" VALUES('delete', :offer, :title, :outcomes, :provider, :subject, :description)",
	[STMT_FTS_DELETE_ALL] =
		"INSERT INTO offer_fts(offer_fts) VALUES('delete-all')",
	[STMT_FTS_MERGE] =
		"INSERT INTO offer_fts(offer_fts, rank) VALUES('merge', :pages)",

	[STMT_ATTRS_ALL] =
		"SELECT offer, attrs FROM offer WHERE attrs IS NOT NULL ORDER BY offer",
	[STMT_ATTRS_AT] =
		"SELECT offer, attrs FROM offer WHERE attrs IS NOT NULL AND gen_from <= :gen"
		" UNION ALL SELECT offer, attrs FROM offer_version WHERE gen_from <= :gen AND gen_to > :gen",
	[STMT_FTS_MATCH] =
		"SELECT rowid FROM offer_fts WHERE offer_fts MATCH :match",
	[STMT_FTS_RANK] =
		"SELECT rowid, microcat_rank(offer_fts) FROM offer_fts WHERE offer_fts MATCH :match",
	[STMT_TITLES_AFTER] =
		"SELECT offer, title FROM offer_text WHERE offer > :after ORDER BY offer LIMIT :limit",
	[STMT_CHANGED_AFTER] =
		"SELECT c.offer, t.title FROM (SELECT DISTINCT offer FROM change WHERE gen > :gen) c"
		" LEFT JOIN offer_text t ON t.offer = c.offer",
};

/* clang-format on */

static const enum stmt hot[] = {
	STMT_META_GET,
	STMT_GENERATION_NOW,
	STMT_GENERATION_OF_TIME,
	STMT_MEMORY_LIST,
	STMT_RUN_RUNNING,
	STMT_RUN_LIST,
	STMT_NOTE_LIST,
	STMT_RECORD_KNOWN,
	STMT_RECORD_FIND,
	STMT_RECORD_SEEN,
	STMT_RECORD_SAME,
	STMT_RECORD_RAW_HASH,
	STMT_RECORD_CHANGED,
	STMT_RECORD_STALE,
	STMT_RECORD_BODY_GET,
	STMT_RECORD_BODY_PUT,
	STMT_RECORD_WORDS_PUT,
	STMT_RECORD_ABSENT,
	STMT_RECORD_STILL_ABSENT,
	STMT_RECORD_NEW_BODIES,
	STMT_RECORD_ABSENT_BODIES,
	STMT_RECORD_GONE_BY,
	STMT_RECORD_VERSION_LIST,
	STMT_OFFER_STATE,
	STMT_OFFER_BY_ID,
	STMT_OFFER_BY_SLOT,
	STMT_OFFER_BODY,
	STMT_OFFER_RECORDS,
	STMT_RESPONSE_FIND,
	STMT_RESPONSE_TOUCH,
	STMT_RESPONSE_HAS_HASH,
	STMT_RESPONSE_LIST,
	STMT_REPORT_SOURCE_COUNTS,
	STMT_REPORT_SOURCE_ATTRS,
	STMT_REPORT_CHANGES,
};

const char *stmt_sql(enum stmt which)
{
	require(which >= 0 && which < STMT_COUNT && texts[which] != NULL);
	return texts[which];
}

bool stmt_is_hot(enum stmt which)
{
	for (size_t i = 0; i < countof(hot); i++)
		if (hot[i] == which)
			return true;
	return false;
}
