// SPDX-License-Identifier: EUPL-1.2
/*
 * A record's way from words to an offer:
 *
 *   id and title ─► organisations (they give the country) ─► each word by the
 *   table of elements ─► lists ─► what several words say together ─► quality
 */
#include "catalogue/commitment.h"
#include "catalogue/normalise_job.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"

/* --- shared pieces --- */

void job_note(struct job *j, const struct word *word, const char *code, const char *expected)
{
	job_note_part(j, word, word->text, code, expected);
}

void job_note_part(struct job *j, const struct word *word, struct slice part, const char *code,
		   const char *expected)
{
	notes_add(j->notes, j->arena,
		  (struct note){ slice_of(code), word->element, word->path,
				 slice_first(slice_trim(part), 4 * LIMIT_NOTE_BYTES),
				 slice_of(expected) });
}

struct hint job_hint(struct job *j, const struct word *word)
{
	struct hint hint = j->hint;

	/* Codes and units are in the language of the source also where a text is in another. */
	hint.lang = word->lang.n > 0 ? job_lang(j, word) : j->context->language;
	if (slice_eq_z(hint.lang, "und"))
		hint.lang = SLICE_NONE;
	return hint;
}

struct slice job_code(struct job *j, struct slice raw)
{
	struct slice text = slice_first(slice_trim(raw), 100);
	char *code = arena_alloc(j->arena, text.n + 1);

	if (code == NULL)
		return SLICE_NONE;
	for (size_t i = 0; i < text.n; i++)
		code[i] = ascii_is_alnum(text.p[i]) ||
					  (text.p[i] != '\0' && strchr("_.:+/", text.p[i]) != NULL)
				  ? text.p[i]
				  : '-';
	return slice_make(code, text.n);
}

size_t job_part(struct job *j, uint16_t **parts, size_t n, uint16_t part, size_t max)
{
	if (*parts == NULL)
		*parts = arena_new_n(j->arena, uint16_t, max);
	if (*parts == NULL)
		return SIZE_MAX;
	/* Words of a part mostly follow one another. */
	for (size_t i = n; i > 0; i--)
		if ((*parts)[i - 1] == part)
			return i - 1;
	if (n >= max)
		return SIZE_MAX;
	(*parts)[n] = part;
	return n;
}

/* --- readers of single elements --- */

struct element_rule;
typedef void element_reader(struct job *, const struct element_rule *, const struct word *);

struct element_rule {
	element_reader *read; /* NULL: read elsewhere */
	size_t at; /* offset in struct offer */
	size_t text_at; /* of the text beside the codes */
	const char *scheme; /* of coded values */
	size_t limit; /* bytes of a text */
	const char *code; /* of the note when not understood */
	const char *expected;
};

#define AT(member) offsetof(struct offer, member)

static void *at(struct job *j, size_t offset)
{
	return (char *)j->out + offset;
}

static void read_title(struct job *j, const struct element_rule *r, const struct word *word)
{
	(void)job_add_text(j, at(j, r->at), word, true, r->limit, REPEAT_FIRST);
}

static void read_text(struct job *j, const struct element_rule *r, const struct word *word)
{
	(void)job_add_text(j, at(j, r->at), word, false, r->limit, REPEAT_JOIN);
}

/* "None" says something about prerequisites. */
static void read_prerequisites(struct job *j, const struct element_rule *r, const struct word *word)
{
	struct slice text = slice_trim(word->text);

	if (slice_eq_nocase(text, SLICE_LIT("none"))) {
		texts_add(at(j, r->at), job_lang(j, word), text, REPEAT_JOIN, j->arena);
		job_trace(j, word->element, word, NULL, text);
	} else {
		read_text(j, r, word);
	}
}

static void read_line(struct job *j, const struct element_rule *r, const struct word *word)
{
	struct slice *to = at(j, r->at);

	if (to->n > 0)
		return;
	*to = text_clean_line(word->text, r->limit, j->arena);
	if (to->n > 0)
		job_trace(j, word->element, word, NULL, *to);
}

static void read_url(struct job *j, const struct element_rule *r, const struct word *word)
{
	struct slice *to = at(j, r->at);
	struct slice url = SLICE_NONE;

	if (to->n > 0 || text_is_placeholder(word->text))
		return;
	url = text_url(word->text, j->arena);
	if (url.n == 0) {
		job_note(j, word, r->code, r->expected);
		return;
	}
	*to = url;
	job_trace(j, word->element, word, NULL, url);
}

static void read_code(struct job *j, const struct element_rule *r, const struct word *word)
{
	struct slice *to = at(j, r->at), code = SLICE_NONE;
	struct hint hint = job_hint(j, word);
	struct reading reading = job_reading(j);

	if (text_is_placeholder(word->text))
		return;
	if (!coded_read(&code, r->scheme, word, &hint, &reading)) {
		job_note(j, word, r->code, r->expected);
		return;
	}
	if (to->n == 0)
		*to = code;
	if (slice_eq(*to, code))
		job_trace(j, word->element, word, &reading, code);
	else
		job_trace_unused(j, word, "%.*s, but %.*s came first", SLICE_ARG(code),
				 SLICE_ARG(*to));
}

/* Codes; where there is a place for texts, what is no code is kept as text. */
static void read_codes(struct job *j, const struct element_rule *r, const struct word *word)
{
	struct codes *codes = at(j, r->at);
	struct hint hint = job_hint(j, word);
	struct reading reading = job_reading(j);
	struct slice unknown = SLICE_NONE;

	if (text_is_placeholder(word->text))
		return;
	(void)coded_read_list(codes, r->scheme, word, &hint, &unknown, &reading, j->arena);
	job_trace_each(j, word->element, word, &reading);
	if (unknown.n == 0)
		return;
	if (r->text_at != 0)
		(void)job_add_text(j, at(j, r->text_at), word, false, LIMIT_TEXT_BYTES,
				   REPEAT_JOIN);
	else
		job_note_part(j, word, unknown, r->code, r->expected);
}

/* The codes, and what they rest on: who has looked, and by which standards. */
static void read_quality(struct job *j, const struct element_rule *r, const struct word *word)
{
	struct slice *from = &j->out->compatible.quality_from;
	struct reading reading = job_reading(j);
	struct slice quality;

	read_codes(j, r, word);
	quality = commitment_read_quality(word->text, j->out->provider.country, &reading);
	if (quality.n == 0 || text_is_placeholder(word->text))
		return;
	*from = commitment_stronger_quality(*from, quality);
	job_trace(j, word->element, word, &reading, quality);
}

static void read_languages(struct job *j, const struct element_rule *r, const struct word *word)
{
	struct codes *codes = at(j, r->at);
	struct hint hint = job_hint(j, word);
	struct reading reading = job_reading(j);
	struct slice unknown = SLICE_NONE;

	if (text_is_placeholder(word->text))
		return;
	(void)language_read_list(codes, slice_trim(word->text), &hint, &unknown, &reading,
				 j->arena);
	job_trace_each(j, word->element, word, &reading);
	if (unknown.n > 0)
		job_note_part(j, word, unknown, r->code, r->expected);
}

static void read_subject(struct job *j, const struct element_rule *r, const struct word *word)
{
	struct hint hint = job_hint(j, word);
	struct reading reading = job_reading(j);
	struct slice unknown = SLICE_NONE;

	if (text_is_placeholder(word->text))
		return;
	(void)subject_read_list(&j->out->subjects, word, &hint, &unknown, &reading, j->arena);
	job_trace_each(j, word->element, word, &reading);
	if (unknown.n > 0)
		job_note_part(j, word, unknown, r->code, r->expected);
}

static void join_declared(struct job *j, struct slice *to, struct slice raw)
{
	struct slice text = text_clean_line(raw, LIMIT_NOTE_BYTES, j->arena);

	if (text.n == 0 || slice_contains(*to, text) || to->n + text.n + 2 > LIMIT_TITLE_BYTES)
		return;
	*to = to->n == 0 ? text
			 : arena_printf(j->arena, "%.*s; %.*s", SLICE_ARG(*to), SLICE_ARG(text));
}

/* "EQF 6 to 7, FiNQF 7", or the cycle, or the level of ISCED alone. */
static struct slice level_text(struct job *j, const struct level *l)
{
	struct slice text = SLICE_NONE;

	if (j->traces == NULL)
		return SLICE_NONE;
	if (l->eqf > 0 && l->eqf_max > l->eqf)
		text = arena_printf(j->arena, "EQF %u to %u", l->eqf, l->eqf_max);
	else if (l->eqf > 0)
		text = arena_printf(j->arena, "EQF %u", l->eqf);
	else if (l->cycle != CYCLE_NONE)
		text = arena_printf(j->arena, "%s cycle", cycle_name(l->cycle));
	else if (l->isced >= 0)
		text = arena_printf(j->arena, "ISCED 2011 level %d", l->isced);
	if (l->nqf.n > 0)
		text = arena_printf(j->arena, "%.*s%s%.*s", SLICE_ARG(text), text.n > 0 ? ", " : "",
				    SLICE_ARG(l->nqf));
	return text;
}

/* A stronger reading replaces a weaker one; what only one of them knows is kept. */
static void merge_level(struct level *to, const struct level *from)
{
	if (from->from > to->from && from->eqf > 0) {
		to->eqf = from->eqf;
		to->eqf_max = from->eqf_max;
		to->from = from->from;
		if (from->cycle != CYCLE_NONE)
			to->cycle = from->cycle;
		if (from->isced >= 0)
			to->isced = from->isced;
	}
	if (to->cycle == CYCLE_NONE)
		to->cycle = from->cycle;
	if (to->isced < 0)
		to->isced = from->isced;
	if (to->nqf.n == 0)
		to->nqf = from->nqf;
}

static void read_level(struct job *j, const struct element_rule *r, const struct word *word)
{
	struct level level = { .isced = ISCED_LEVEL_UNKNOWN };
	const struct level *kept = &j->out->level;
	struct hint hint = job_hint(j, word);
	struct reading reading = job_reading(j);

	if (text_is_placeholder(word->text))
		return;
	join_declared(j, &j->out->level.declared, word->text);
	if (!level_read(&level, word, &hint, &reading, j->arena)) {
		job_note(j, word, r->code, r->expected);
		return;
	}
	if (level.eqf > 0 && level.from > kept->from)
		job_untrace(j, EL_LEVEL, word->part, "", "not kept: another word says more");
	merge_level(&j->out->level, &level);
	if (level.eqf == 0 || (level.eqf == kept->eqf && level.eqf_max == kept->eqf_max))
		job_trace(j, word->element, word, &reading, level_text(j, &level));
	else
		job_trace_unused(j, word, "EQF %u, but EQF %u is known (%s)", level.eqf, kept->eqf,
				 from_name(kept->from));
}

static void read_workload(struct job *j, const struct element_rule *r, const struct word *word)
{
	struct hint hint = job_hint(j, word);
	struct reading reading = job_reading(j);
	enum from before = j->out->workload.ects_from;

	(void)r;
	(void)workload_read(&j->out->workload, word, &hint, &reading, j->notes, j->arena);
	if (j->out->workload.ects_from > before) {
		job_untrace(j, EL_WORKLOAD, word->part, " ECTS",
			    "not kept: another word says more");
		job_untrace(j, EL_WORKLOAD_HOURS, word->part, " ECTS",
			    "not kept: another word says more");
	}
	job_trace_each(j, word->element, word, &reading);
}

static void read_identifier(struct job *j, const struct element_rule *r, const struct word *word)
{
	struct scheme_values *ids = at(j, r->at);
	struct scheme_value id = { SLICE_NONE, text_clean_line(word->text, r->limit, j->arena) };
	struct scheme_value *to = NULL;
	struct reading reading = job_reading(j);

	/* "string" is what descriptions of interfaces hold where nobody filled it in: two
	 * offers must not be taken for one because of it. */
	if (id.value.n == 0 || slice_eq_nocase(id.value, SLICE_LIT("string")))
		return;
	id.scheme = word->scheme.n > 0 ? job_code(j, word->scheme)
		    : uri_is(id.value) ? SLICE_LIT("uri")
				       : SLICE_LIT("local");
	for (size_t i = 0; i < ids->n; i++)
		if (slice_eq(ids->items[i].scheme, id.scheme) &&
		    slice_eq(ids->items[i].value, id.value))
			return;
	if (ids->n >= LIMIT_OFFER_VALUES)
		return;
	to = arena_push(j->arena, (void **)&ids->items, &ids->n, &j->cap_identifiers, sizeof *to);
	if (to == NULL)
		return;
	*to = id;
	reading_set(&reading, FROM_DECLARED, "as declared, of scheme %.*s", SLICE_ARG(id.scheme));
	job_trace(j, word->element, word, &reading, id.value);
}

/* Anything but a no, or whom to ask, is a statement about recognition. */
static void read_recognition(struct job *j, const struct element_rule *r, const struct word *word)
{
	struct slice text = slice_trim(word->text);

	(void)r;
	if (text_is_placeholder(text) || commitment_is_denied(COMMITMENT_RECOGNITION, text))
		return;
	j->out->compatible.recognition = true;
	job_trace(j, word->element, word, NULL, SLICE_LIT("recognition is stated"));
}

static struct skill *skill_of(struct job *j, const struct word *word)
{
	struct skills *skills = &j->out->skills;
	size_t i = job_part(j, &j->skill_parts, skills->n, word->part, LIMIT_OFFER_OUTCOMES);

	if (i == SIZE_MAX)
		return NULL;
	if (i == skills->n && arena_push(j->arena, (void **)&skills->items, &skills->n,
					 &j->cap_skills, sizeof *skills->items) == NULL)
		return NULL;
	return &skills->items[i];
}

static void read_skill(struct job *j, const struct element_rule *r, const struct word *word)
{
	struct skill *skill = skill_of(j, word);
	struct slice uri = SLICE_NONE;

	if (skill == NULL)
		return;
	if (word->element == EL_SKILL_LABEL) {
		(void)job_add_text(j, &skill->label, word, true, r->limit, REPEAT_FIRST);
		return;
	}
	uri = text_clean_line(word->text, LIMIT_URL_BYTES, j->arena);
	if (skill->uri.n > 0 || !uri_is(uri) || slice_find_byte(uri, ' ') >= 0)
		return;
	skill->uri = uri;
	job_trace(j, word->element, word, NULL, uri);
}

static void read_price(struct job *j, const struct element_rule *r, const struct word *word)
{
	struct hint hint = job_hint(j, word);
	struct reading reading = job_reading(j);

	if (word->element == EL_PRICE_AUDIENCE)
		(void)job_add_text(j, &j->price.audience, word, false, r->limit, REPEAT_FIRST);
	else if (price_read(&j->price, word, &hint, &reading, j->notes, j->arena) &&
		 j->traces != NULL)
		job_trace(j, word->element, word, &reading, job_price_text(j, &j->price));
}

static const char expected_url[] = "an address that begins with https://";
static const char expected_language[] = "a language such as en, eng or English";

/* Rows in the order of the elements; those that are absent are read by a part of their own. */
static const struct element_rule rules[EL_COUNT] = {
	[EL_IDENTIFIER] = { read_identifier, AT(identifiers), .limit = LIMIT_URL_BYTES },
	[EL_COURSE_CODE] = { read_line, AT(course_code), .limit = 512 },
	[EL_TITLE] = { read_title, AT(title), .limit = LIMIT_TITLE_BYTES },
	[EL_DESCRIPTION] = { read_text, AT(description), .limit = LIMIT_TEXT_BYTES },
	[EL_AUDIENCE] = { read_text, AT(audience), .limit = LIMIT_TEXT_BYTES },
	[EL_PREREQUISITES] = { read_prerequisites, AT(prerequisites), .limit = LIMIT_TEXT_BYTES },
	[EL_WORKLOAD] = { .read = read_workload },
	[EL_WORKLOAD_HOURS] = { .read = read_workload },
	[EL_LEVEL] = { read_level, .code = "unknown-level",
		       .expected = "an EQF or national level, or a cycle such as master" },
	[EL_SUBJECT] = { read_subject, .code = "unknown-subject",
			 .expected = "an ISCED-F 2013 code or label" },
	[EL_LANGUAGE] = { read_languages, AT(languages), .code = "unknown-language",
			  .expected = expected_language },
	[EL_OPPORTUNITY_TYPE] = { read_code, AT(opportunity_type), .scheme = "learning-opportunity",
				  .code = "unknown-opportunity-type",
				  .expected = "a type such as course or class" },
	[EL_MODE] = { read_codes, AT(modes), .scheme = "mode", .code = "unknown-mode",
		      .expected = "a mode such as online, presential or blended" },
	[EL_SCHEDULE] = { read_codes, AT(schedules), .scheme = "learning-schedule",
			  .code = "unknown-schedule", .expected = "full-time or part-time" },
	[EL_ASSESSMENT] = { read_codes, AT(assessments), AT(assessment_text),
			    .scheme = "assessment" },
	[EL_SUPERVISION] = { read_code, AT(supervision), .scheme = "supervision-annex",
			     .code = "unknown-supervision",
			     .expected = "supervised or not, with or without identity check" },
	[EL_QUALITY_ASSURANCE] = { read_quality, AT(quality_assurance), AT(quality_assurance_text),
				   .scheme = "qa-type" },
	[EL_STACKABILITY] = { read_code, AT(stackability), .scheme = "stackability",
			      .code = "unknown-stackability",
			      .expected = "stand-alone or stackable" },
	[EL_CREDENTIAL_TYPE] = { read_codes, AT(credential_types), .scheme = "award-format",
				 .code = "unknown-credential-type",
				 .expected = "a format such as edc, open-badge or pdf" },
	[EL_FORMALITY] = { read_code, AT(formality), .scheme = "learning-setting",
			   .code = "unknown-formality",
			   .expected = "formal, non-formal or informal" },
	[EL_RECOGNITION] = { .read = read_recognition },
	[EL_SKILL_URI] = { .read = read_skill },
	[EL_SKILL_LABEL] = { read_skill, .limit = LIMIT_TITLE_BYTES },
	[EL_URL] = { read_url, AT(url), .code = "bad-url", .expected = expected_url },
	[EL_IMAGE] = { read_url, AT(image), .code = "bad-url", .expected = expected_url },
	[EL_PRICE] = { .read = read_price },
	[EL_PRICE_AUDIENCE] = { read_price, .limit = LIMIT_TITLE_BYTES },
};

/* --- the way through a record --- */

static enum err_code check_id(const struct words *words, struct err *err)
{
	const struct word *id = words_find(words, EL_RECORD_ID, 0);

	if (id == NULL)
		return err_set(err, ERR_PARSE,
			       "no id: a record needs an identifier that stays the same");
	if (slice_trim(id->text).n > LIMIT_RECORD_ID_BYTES)
		return err_set(err, ERR_PARSE, "the id has %zu bytes, at most %u are allowed",
			       slice_trim(id->text).n, (unsigned)LIMIT_RECORD_ID_BYTES);
	return ERR_OK;
}

static void trace_id(struct job *j)
{
	const struct word *id = words_find(j->words, EL_RECORD_ID, 0);

	job_trace(j, EL_RECORD_ID, id, NULL, slice_trim(id->text));
}

static enum err_code check_title(const struct job *j, struct err *err)
{
	const struct word *word = words_find(j->words, EL_TITLE, 0);

	if (j->out->title.n > 0)
		return ERR_OK;
	if (word == NULL)
		return err_set(err, ERR_PARSE,
			       "no title: a record needs one in at least one language");
	return err_set(err, ERR_PARSE, "no title: \"%.*s\" (%.*s) stands for nothing",
		       (int)slice_first(slice_trim(word->text), 60).n, slice_trim(word->text).p,
		       SLICE_ARG(word->path));
}

static void read_words(struct job *j)
{
	for (size_t i = 0; i < j->words->n; i++) {
		const struct word *word = &j->words->items[i];

		if ((size_t)word->element >= EL_COUNT)
			continue;
		if (job_is_session_element(word->element))
			job_read_session_word(j, word);
		else if (rules[word->element].read != NULL)
			rules[word->element].read(j, &rules[word->element], word);
	}
}

static void settle_texts(struct job *j)
{
	static const struct {
		enum element element;
		size_t at;
	} texts[] = {
		{ EL_TITLE, AT(title) },
		{ EL_AUDIENCE, AT(audience) },
		{ EL_PREREQUISITES, AT(prerequisites) },
		{ EL_ASSESSMENT, AT(assessment_text) },
		{ EL_QUALITY_ASSURANCE, AT(quality_assurance_text) },
	};

	for (size_t i = 0; i < countof(texts); i++)
		job_settle_texts(j, at(j, texts[i].at), texts[i].element);
}

static bool has_note(const struct job *j, enum element element)
{
	for (size_t i = 0; j->notes != NULL && i < j->notes->n; i++)
		if (j->notes->items[i].element == element)
			return true;
	return false;
}

/* Words of workload that are understood and are no size ("P6W", "2 SWS"): the partner hears why
 * none is known. */
static void note_no_size(struct job *j)
{
	for (size_t i = 0; i < j->words->n; i++) {
		const struct word *word = &j->words->items[i];

		if ((word->element == EL_WORKLOAD || word->element == EL_WORKLOAD_HOURS) &&
		    !has_note(j, word->element) && !text_is_placeholder(word->text))
			job_note(j, word, "workload-no-size", "credits, or hours of all study");
	}
}

/* What words say together: "3 h/week" for "P2W" are 6 h. */
static void complete_workload(struct job *j)
{
	struct reading reading = job_reading(j);
	struct workload *w = &j->out->workload;
	const struct word *word =
		workload_complete(w, j->words, &j->hint, &reading, j->notes, j->arena);

	if (word != NULL)
		job_trace_each(j, word->element, word, &reading);
	if (w->ects_c == 0 && w->hours_t == 0)
		note_no_size(j);
}

/* What follows from EQF: the cycle, the level of ISCED. */
static void complete_level(struct job *j)
{
	struct level *l = &j->out->level;
	enum cycle cycle = l->cycle;
	struct reading reading = job_reading(j);

	level_complete(l);
	if (l->cycle == cycle || j->traces == NULL)
		return;
	reading_set(&reading, l->from, "qf-ehea.tsv: EQF %u -> %s", l->eqf, cycle_name(l->cycle));
	job_trace(j, EL_LEVEL, words_find(j->words, EL_LEVEL, 0), &reading,
		  arena_printf(j->arena, "%s cycle", cycle_name(l->cycle)));
}

/* A skill of which neither address nor label could be used. */
static void drop_empty_skills(struct skills *skills)
{
	size_t kept = 0;

	for (size_t i = 0; i < skills->n; i++)
		if (skills->items[i].uri.n > 0 || skills->items[i].label.n > 0)
			skills->items[kept++] = skills->items[i];
	skills->n = kept;
}

enum err_code normalise(struct offer *out, const struct words *words,
			const struct source_context *context, struct notes *notes,
			struct traces *traces, struct arena *arena, struct err *err)
{
	struct offer draft;
	struct job j = { .out = &draft,
			 .words = words,
			 .context = context,
			 .hint = { .country = context->country,
				   .standard = context->standard,
				   .date_format = context->date_format,
				   .decimal = context->decimal },
			 .notes = notes,
			 .traces = traces,
			 .arena = arena };
	enum err_code rc = check_id(words, err);

	if (rc != ERR_OK)
		return rc;
	offer_init(&draft);
	trace_id(&j);
	job_read_orgs(&j); /* their names keep the source's language */
	job_find_untagged_lang(&j);
	read_words(&j);
	rc = check_title(&j, err);
	if (rc != ERR_OK)
		return rc;
	/* Long texts first: their language tells that of short ones. */
	job_settle_texts(&j, &draft.description, EL_DESCRIPTION);
	job_read_outcomes(&j);
	settle_texts(&j);
	job_read_keywords(&j);
	job_infer_subject(&j);
	complete_workload(&j);
	complete_level(&j);
	drop_empty_skills(&draft.skills);
	job_settle_sessions(&j);
	offer_assess_as(&draft, context->is_own);
	job_settle_traces(&j);
	if (arena->has_failed)
		return err_set(err, ERR_LIMIT, "the record needs more than %zu bytes of memory",
			       arena->max);
	*out = draft;
	return ERR_OK;
}
