// SPDX-License-Identifier: EUPL-1.2
/*
 * What partners write where they have nothing to say: in the languages of
 * catalogues, and what forms and templates leave behind.
 */
#include "catalogue/text.h"

#include "base/mem.h"

#include <pthread.h>

enum { MAX_PLACEHOLDER_BYTES = 34 }; /* of the longest of the words below, with what wraps it */

#define W(text)                                                                                    \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}
/* Whole texts; the case of ASCII letters is ignored, and a stop at the end. Words that
 * are values of coded elements ("test") or subjects are none. */
static const struct slice words[] = {
	W("n/a"),
	W("n.a"),
	W("n. a"),
	W("na/na"),
	W("null"),
	W("none"),
	W("nil"),
	W("undefined"),
	W("nan"),
	W("tbc"),
	W("tba"),
	W("tbd"),
	W("t.b.a"),
	W("t.b.c"),
	W("t.b.d"),
	W("todo"),
	W("to do"),
	W("fixme"),
	W("k.a"),
	W("k. a"),
	W("not known"),
	W("unknown"),
	W("00000000"),
	W("xxx"),
	W("xxxx"),
	W("xxxxx"),
	W("no data"),
	W("not available"),
	W("not specified"),
	W("not applicable"),
	W("not provided"),
	W("not yet known"),
	W("no information"),
	W("to be confirmed"),
	W("to be announced"),
	W("to be defined"),
	W("to be determined"),
	W("to be decided"),
	W("to be completed"),
	W("to be added"),
	W("to be updated"),
	W("coming soon"),
	W("lorem ipsum"),
	W("placeholder"),
	W("placeholder text"),
	W("dummy"),
	W("dummy text"),
	W("insert text here"),
	W("enter text here"),
	W("type here"),
	W("click here to enter text"),
	W("click or tap here to enter text"),
	W("your text here"),
	/* de */
	W("nicht bekannt"),
	W("keine angabe"),
	W("keine angaben"),
	W("entf\303\244llt"),
	W("folgt"),
	W("wird noch bekannt gegeben"),
	W("wird noch bekanntgegeben"),
	W("wird bekannt gegeben"),
	W("wird nachgereicht"),
	W("noch offen"),
	W("blindtext"),
	W("beispieltext"),
	W("platzhalter"),
	/* fr, es, pt, it, ca */
	W("\303\240 d\303\251finir"),
	W("\303\200 d\303\251finir"),
	W("\303\240 pr\303\251ciser"),
	W("\303\200 pr\303\251ciser"),
	W("\303\240 compl\303\251ter"),
	W("\303\200 compl\303\251ter"),
	W("\303\240 confirmer"),
	W("\303\200 confirmer"),
	W("\303\240 venir"),
	W("\303\200 venir"),
	W("non renseign\303\251"),
	W("non communiqu\303\251"),
	W("non pr\303\251cis\303\251"),
	W("n\303\251ant"),
	W("sans objet"),
	W("por definir"),
	W("por determinar"),
	W("por confirmar"),
	W("pendiente"),
	W("pendiente de definir"),
	W("sin datos"),
	W("sin especificar"),
	W("no disponible"),
	W("no aplica"),
	W("no procede"),
	W("da definire"),
	W("da definirsi"),
	W("da confermare"),
	W("non disponibile"),
	W("non specificato"),
	W("non previsto"),
	W("n.d"),
	W("n. d"),
	W("nd"),
	W("a definir"),
	W("a confirmar"),
	W("a designar"),
	W("n\303\243o dispon\303\255vel"),
	W("n\303\243o aplic\303\241vel"),
	W("per determinar"),
	/* nl, sv, nb, da, fi */
	W("nog te bepalen"),
	W("nog niet bekend"),
	W("volgt nog"),
	W("niet van toepassing"),
	W("n.v.t"),
	W("nvt"),
	W("n.n.b"),
	W("nnb"),
	W("ej angivet"),
	W("ej aktuellt"),
	W("ej tillg\303\244ngligt"),
	W("uppgift saknas"),
	W("ikke oppgitt"),
	W("ikke angitt"),
	W("ikke angivet"),
	W("ikke relevant"),
	W("kommer senere"),
	W("ei tiedossa"),
	W("ei m\303\244\303\244ritelty"),
	W("ei saatavilla"),
	W("ei sovellu"),
	W("t\303\244ydentyy my\303\266hemmin"),
	W("tarkentuu my\303\266hemmin"),
	/* pl, cs, sk, hu, ro, et, lt, lv, bg, uk, el */
	W("brak"),
	W("brak danych"),
	W("nie dotyczy"),
	W("do ustalenia"),
	W("bude dopln\304\233no"),
	W("bude doplnen\303\251"),
	W("bude up\305\231esn\304\233no"),
	W("neuvedeno"),
	W("neuveden\303\251"),
	W("nincs adat"),
	W("nem el\303\251rhet\305\221"),
	W("nu este cazul"),
	W("indisponibil"),
	W("puudub"),
	W("t\303\244psustamisel"),
	W("n\304\227ra duomen\305\263"),
	W("nav zin\304\201ms"),
	W("\320\275\321\217\320\274\320\260 \320\264\320\260\320\275\320\275\320\270"),
	W("\320\275\320\265 \320\265 "
	  "\320\277\320\276\321\201\320\276\321\207\320\265\320\275\320\276"),
	W("\320\275\320\265\320\274\320\260\321\224 \320\264\320\260\320\275\320\270\321\205"),
};
static const struct slice starts[] = {
	W("todo "), W("todo:"), W("select from "), W("controlled list"), W("lorem ipsum dolor"),
};
#undef W

/*
 * By its first byte, which lengths a placeholder may have, a bit each: hardly a
 * text of a catalogue has to be compared with any of them.
 */
static uint64_t lengths_of[256];
static struct byte_set first_of_starts;
static pthread_once_t lengths_are_known = PTHREAD_ONCE_INIT;

static void learn_lengths(void)
{
	for (size_t i = 0; i < countof(words); i++) {
		char first = words[i].p[0];

		require(words[i].n <= MAX_PLACEHOLDER_BYTES);
		lengths_of[(unsigned char)first] |= UINT64_C(1) << words[i].n;
		lengths_of[(unsigned char)ascii_upper(first)] |= UINT64_C(1) << words[i].n;
	}
	for (size_t i = 0; i < countof(starts); i++)
		byte_set_add_first(&first_of_starts, starts[i].p);
}

static bool is_word(struct slice text)
{
	if (text.n == 0 || (lengths_of[(unsigned char)text.p[0]] >> text.n & 1) == 0)
		return false;
	for (size_t i = 0; i < countof(words); i++)
		if (text.n == words[i].n && slice_eq_nocase(text, words[i]))
			return true;
	return false;
}

static bool is_started(struct slice text)
{
	if (!byte_set_has(&first_of_starts, text.p[0]))
		return false;
	for (size_t i = 0; i < countof(starts); i++)
		if (slice_starts_with_nocase(text, starts[i]))
			return true;
	return false;
}

/* A zero byte is a sign, too. */
static bool has_only_signs(struct slice text)
{
	size_t i = 0;

	while (i < text.n && !ascii_is_alnum(text.p[i]) && strchr("-_.?*/ ", text.p[i]) != NULL)
		i++;
	return i == text.n;
}

/* "[TBC]", "(n/a)", "n.a." */
static struct slice unwrapped(struct slice text)
{
	static const char pairs[] = "()[]<>";

	for (size_t i = 0; pairs[i] != '\0' && text.n > 2; i += 2)
		if (text.p[0] == pairs[i] && text.p[text.n - 1] == pairs[i + 1])
			text = slice_make(text.p + 1, text.n - 2);
	while (text.n > 1 && text.p[text.n - 1] == '.')
		text.n--;
	return text;
}

/* Dashes and an ellipsis alone. */
static bool is_dash(struct slice text)
{
	return text.n == 3 && (slice_eq(text, SLICE_LIT("\342\200\223")) ||
			       slice_eq(text, SLICE_LIT("\342\200\224")) ||
			       slice_eq(text, SLICE_LIT("\342\200\246")));
}

/* What a template was not filled with: "{{title}}", "${title}", "%TITLE%". */
static bool is_variable(struct slice text)
{
	if (strchr("{$%", text.p[0]) == NULL || slice_find_byte(text, ' ') >= 0)
		return false;
	return (slice_starts_with(text, SLICE_LIT("{{")) &&
		slice_ends_with(text, SLICE_LIT("}}"))) ||
	       (slice_starts_with(text, SLICE_LIT("${")) &&
		slice_ends_with(text, SLICE_LIT("}"))) ||
	       (text.n > 2 && text.p[0] == '%' && text.p[text.n - 1] == '%');
}

bool text_is_placeholder(struct slice text)
{
	text = slice_trim(text);
	if (has_only_signs(text))
		return true;
	(void)pthread_once(&lengths_are_known, learn_lengths);
	if (is_started(text))
		return true;
	if (text.n > MAX_PLACEHOLDER_BYTES)
		return false;
	return is_dash(text) || is_variable(text) || is_word(unwrapped(text));
}
