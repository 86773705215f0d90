// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_STORE_REQUESTS_H
#define INDEX_STORE_REQUESTS_H

/*
 * What daemon/ asks of the store, by name: each a struct that its owner embeds
 * (container_of leads back to it), a start that copies nothing but says what is
 * borrowed, and a done that runs exactly once, on a later turn, with failure
 * NULL when all went well. Results stand in the request. None can be
 * cancelled: they are short, and closing the store ends those that wait
 * (ERR_CANCELLED).
 *
 * Every failure may be ERR_DB, ERR_FULL, ERR_IO, ERR_BUSY or ERR_CANCELLED;
 * others are named.
 *
 * Thread: loop.
 */

#include "index/apply.h"
#include "index/responses.h"
#include "index/run.h"
#include "index/sources.h"
#include "index/store.h"

/* --- runs --- */

struct store_run_open {
	struct run_options options; /* fill; borrowed until done. mapping_version NULL: the store's */
	struct run_state *state;    /* result, owned by the caller from then on: run_state_free() */
	void (*done)(struct store_run_open *req, const struct err *failure);
	/* private */
	struct store_write write;
};
/* ERR_NOTFOUND for an unknown source. */
void store_run_open_start(struct store_run_open *req, struct store *store,
			  void (*done)(struct store_run_open *, const struct err *));

struct store_run_batch {
	/* fill: the items and what they point at stay until done */
	struct run_state *state;
	const struct apply_item *items;
	size_t n;
	int64_t now_s;
	void (*done)(struct store_run_batch *req, const struct err *failure);
	uint64_t write_ms;   /* result: time in the transaction */
	/* private */
	struct store_write write;
};
/*
 * One transaction. After a failure the state's figures are those before it, and
 * the same batch may be tried again. Nobody else touches the state until done.
 * ERR_PROTOCOL: see apply_batch().
 */
void store_run_batch_start(struct store_run_batch *req, struct store *store,
			   void (*done)(struct store_run_batch *, const struct err *));

struct store_run_settle {
	struct run_state *state;    /* fill; still the caller's afterwards */
	struct run_settle settle;   /* fill; borrowed texts */
	struct run_outcome outcome; /* result */
	void (*done)(struct store_run_settle *req, const struct err *failure);
	/* private */
	struct store_write write;
};
/* Afterwards the store itself drops kept responses beyond its limits. */
void store_run_settle_start(struct store_run_settle *req, struct store *store,
			    void (*done)(struct store_run_settle *, const struct err *));

struct store_decision {
	struct run_decision decision; /* fill; borrowed. mapping_version NULL: the store's */
	struct run_decided decided;   /* result */
	void (*done)(struct store_decision *req, const struct err *failure);
	/* private */
	struct store_write write;
};
/* ERR_NOTFOUND, ERR_CONFLICT: see run_confirm() and run_restore(). */
void store_confirm_start(struct store_decision *req, struct store *store,
			 void (*done)(struct store_decision *, const struct err *));
void store_restore_start(struct store_decision *req, struct store *store,
			 void (*done)(struct store_decision *, const struct err *));

/* --- sources and hosts --- */

struct store_sources_apply {
	const struct source_entry *entries; /* fill; borrowed until done */
	size_t n;
	int64_t now_s;
	struct source_rows sources; /* results, all known sources; valid until done returns */
	struct host_rows hosts;     /* those that are to be left alone now */
	void (*done)(struct store_sources_apply *req, const struct err *failure);
	/* private */
	struct store_write write;
	struct arena arena;
};
void store_sources_apply_start(struct store_sources_apply *req, struct store *store,
			       void (*done)(struct store_sources_apply *, const struct err *));

struct store_source_due {
	struct source_due due; /* fill; borrowed */
	void (*done)(struct store_source_due *req, const struct err *failure);
	/* private */
	struct store_write write;
};
/* ERR_NOTFOUND for an unknown source. */
void store_source_due_start(struct store_source_due *req, struct store *store,
			    void (*done)(struct store_source_due *, const struct err *));

struct store_host_backoff {
	const char *host; /* fill; borrowed */
	int64_t not_before_s;
	void (*done)(struct store_host_backoff *req, const struct err *failure);
	/* private */
	struct store_write write;
};
void store_host_backoff_start(struct store_host_backoff *req, struct store *store,
			      void (*done)(struct store_host_backoff *, const struct err *));

/* --- kept responses --- */

struct store_response_find {
	int64_t sid;           /* fill */
	struct slice url;      /* fill; borrowed */
	bool is_found;         /* results; texts valid until done returns */
	struct response_row row;
	void (*done)(struct store_response_find *req, const struct err *failure);
	/* private */
	struct store_read read;
	struct arena arena;
};
/* Whether a response is kept, and its validators. Its file may still turn out to be missing. */
void store_response_find_start(struct store_response_find *req, struct store *store,
			       void (*done)(struct store_response_find *, const struct err *));

/*
 * Keeps one response. The store asks for the body piece by piece, unless it
 * has that body already:
 *
 *     start ─► want ─► store_response_keep_piece(bytes) ─► want ─► ... ─► piece(none) ─► done
 */
struct store_response_keep {
	struct response_row row; /* fill; borrowed; file_bytes is the store's */
	/* Called on a later turn when it can take a piece; the owner answers, on any turn, with
	 * exactly one store_response_keep_piece() or store_response_keep_give_up(). */
	void (*want)(struct store_response_keep *req);
	void (*done)(struct store_response_keep *req, const struct err *failure);
	/* private */
	struct store *store;
	struct pool_job job;
	struct store_write write;
	struct store_transfer transfer;
	struct response_writer *writer;
	struct buf piece;
	struct err err;
	bool is_last, is_waiting;
};
/*
 * A failure costs nothing but that it is not kept. done may come while a piece
 * is wanted, when the store closes: then none is given any more.
 */
void store_response_keep_start(struct store_response_keep *req, struct store *store,
			       void (*want)(struct store_response_keep *),
			       void (*done)(struct store_response_keep *, const struct err *));
/* At most LIMIT_SPOOL_PIECE_BYTES, moved out of piece; an empty one ends the body. */
void store_response_keep_piece(struct store_response_keep *req, struct buf *piece);
/* The body cannot be read: done comes with this failure. */
void store_response_keep_give_up(struct store_response_keep *req, const struct err *why);

struct store_response_touch {
	struct response_row row; /* fill sid, url, run, seq, checked_s; borrowed */
	void (*done)(struct store_response_touch *req, const struct err *failure);
	/* private */
	struct store_write write;
};
/* A kept response was used in this run: after a 304, or instead of a request. */
void store_response_touch_start(struct store_response_touch *req, struct store *store,
				void (*done)(struct store_response_touch *, const struct err *));

/*
 * Reads a kept body:
 *
 *     start ─► on_piece(bytes) ─► store_response_load_next() ─► on_piece ... ─► done
 */
struct store_response_load {
	uint8_t body_hash[BLOB_HASH_BYTES]; /* fill */
	/* The bytes are borrowed until it returns. The owner calls store_response_load_next(), then or
	 * on a later turn. */
	void (*on_piece)(struct store_response_load *req, struct slice bytes);
	void (*done)(struct store_response_load *req, const struct err *failure);
	/* private */
	struct store *store;
	struct pool_job job;
	struct store_write write;
	struct store_transfer transfer;
	struct deferred deferred;
	struct response_reader *reader;
	struct buf piece;
	struct err err;
	bool is_waiting, is_stopped;
};
/*
 * ERR_NOTFOUND: it is not kept (any more), and its rows are dropped; pieces
 * that came before are to be forgotten.
 */
void store_response_load_start(struct store_response_load *req, struct store *store,
			       void (*on_piece)(struct store_response_load *, struct slice),
			       void (*done)(struct store_response_load *, const struct err *));
void store_response_load_next(struct store_response_load *req);
/* Ends it early: done comes with ERR_CANCELLED. Twice or too late does nothing. */
void store_response_load_cancel(struct store_response_load *req);

struct store_replay_list {
	const char *source_id;          /* fill; borrowed */
	int64_t sid;                    /* results; texts valid until done returns */
	int64_t last_complete_run;      /* 0: none */
	struct response_rows responses; /* see response_list() */
	void (*done)(struct store_replay_list *req, const struct err *failure);
	/* private */
	struct store_read read;
	struct arena arena;
};
/* ERR_NOTFOUND for an unknown source, ERR_LIMIT for too many. */
void store_replay_list_start(struct store_replay_list *req, struct store *store,
			     void (*done)(struct store_replay_list *, const struct err *));

#endif
