// SPDX-License-Identifier: EUPL-1.2
/* The subject of an offer that declares none, or none that is understood: from its words. */
#include "catalogue/normalise_job.h"
#include "catalogue/subject_infer.h"

enum {
	MAX_TEXTS = 96, /* of an offer that are heard: titles first, descriptions last */
	MAX_DESCRIPTION_BYTES = 2000, /* of each language: what matters stands first */
};

struct hearing_list {
	struct subject_text texts[MAX_TEXTS];
	size_t n;
};

static void add_text(struct hearing_list *list, struct slice text, enum subject_weight weight)
{
	if (text.n > 0 && list->n < MAX_TEXTS)
		list->texts[list->n++] = (struct subject_text){ text, weight };
}

static void add_texts(struct hearing_list *list, const struct texts *texts, size_t max_bytes,
		      enum subject_weight weight)
{
	for (size_t i = 0; i < texts->n; i++)
		add_text(list, slice_first(texts->items[i].text, max_bytes), weight);
}

static void add_lists(struct hearing_list *list, const struct text_lists *lists,
		      enum subject_weight weight)
{
	for (size_t i = 0; i < lists->n; i++)
		for (size_t k = 0; k < lists->langs[i].n; k++)
			add_text(list, lists->langs[i].items[k], weight);
}

/* From a name of the partner's own where a field is declared: it says more than a title. */
static bool infer_from_declared(struct job *j, struct subject *out)
{
	for (size_t i = 0; i < j->words->n; i++) {
		const struct word *word = &j->words->items[i];
		struct reading reading = { .from = FROM_NONE };

		if (word->element != EL_SUBJECT || uri_is(word->text) ||
		    text_is_placeholder(word->text) ||
		    !subject_infer_label(out, word->text, &reading))
			continue;
		job_trace(j, EL_SUBJECT, word, &reading, slice_of(out->code));
		return true;
	}
	return false;
}

static bool infer_from_all(struct job *j, struct subject *out)
{
	const struct offer *o = j->out;
	struct hearing_list list = { .n = 0 };
	struct reading reading = { .from = FROM_NONE };

	add_texts(&list, &o->title, SIZE_MAX, SUBJECT_WEIGHT_TITLE);
	/* A category of the partner's own is a hint, though no code. */
	for (size_t i = 0; i < j->words->n; i++)
		if (j->words->items[i].element == EL_SUBJECT)
			add_text(&list, j->words->items[i].text, SUBJECT_WEIGHT_UNIT);
	add_texts(&list, &o->provider.unit, SIZE_MAX, SUBJECT_WEIGHT_UNIT);
	add_lists(&list, &o->keywords, SUBJECT_WEIGHT_KEYWORDS);
	for (size_t i = 0; i < o->skills.n; i++)
		add_texts(&list, &o->skills.items[i].label, SIZE_MAX, SUBJECT_WEIGHT_OUTCOMES);
	add_lists(&list, &o->outcomes, SUBJECT_WEIGHT_OUTCOMES);
	add_texts(&list, &o->description, MAX_DESCRIPTION_BYTES, SUBJECT_WEIGHT_DESCRIPTION);
	if (!subject_infer(out, list.texts, list.n, &reading))
		return false;
	job_trace(j, EL_SUBJECT, words_find(j->words, EL_TITLE, 0), &reading, slice_of(out->code));
	return true;
}

void job_infer_subject(struct job *j)
{
	struct subject *subject = NULL;

	if (j->out->subjects.n > 0)
		return;
	subject = arena_new(j->arena, struct subject);
	if (subject != NULL && (infer_from_declared(j, subject) || infer_from_all(j, subject)))
		j->out->subjects = (struct subjects){ subject, 1 };
}
