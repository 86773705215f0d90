// SPDX-License-Identifier: EUPL-1.2
/* Countries: codes, names, URIs, domains. */
#include "catalogue/readers.h"

#include "tests/support/unit.h"

/* Says what differs and counts it, so that one run shows all. */
#define print_failure(...) (print_error(__VA_ARGS__), print_error("\n"), 1)

#define AUTHORITY "http://publications.europa.eu/resource/authority/country/"

static const struct {
	const char *text;
	const char *alpha2; /* NULL: unknown */
} texts[] = {
	/* codes */
	{ "FI", "FI" },
	{ "fi", "FI" },
	{ " DE ", "DE" },
	{ "DEU", "DE" },
	{ "deu", "DE" },
	{ "246", "FI" },
	{ "EL", "GR" },
	{ "GR", "GR" },
	{ "GRC", "GR" },
	{ "UK", "GB" },
	{ "GB", "GB" },
	{ "GBR", "GB" },
	{ "XK", "XK" },
	{ "NO", "NO" },
	{ "IS", "IS" },
	{ "DE-BY", "DE" },
	{ "BE-VLG", "BE" },
	{ "GB-SCT", "GB" },
	/* URIs */
	{ AUTHORITY "FIN", "FI" },
	{ AUTHORITY "DEU/", "DE" },
	{ AUTHORITY "1A0", "XK" },
	{ "https://publications.europa.eu/resource/authority/country/GRC", "GR" },
	{ "https://example.org/fi", NULL },
	/* names */
	{ "Finland", "FI" },
	{ "FINLAND", "FI" },
	{ "Suomi", "FI" },
	{ "Finlande", "FI" },
	{ "Finnland", "FI" },
	{ "Germany", "DE" },
	{ "Deutschland", "DE" },
	{ "Saksa", "DE" },
	{ "Tyskland", "DE" },
	{ "Allemagne", "DE" },
	{ "Niemcy", "DE" },
	{ "Österreich", "AT" },
	{ "OSTERREICH", "AT" },
	{ "Autriche", "AT" },
	{ "España", "ES" },
	{ "Espana", "ES" },
	{ "Ελλάδα", "GR" },
	{ "ΕΛΛΑΔΑ", "GR" },
	{ "България", "BG" },
	{ "Україна", "UA" },
	{ "Türkiye", "TR" },
	{ "TÜRKİYE", "TR" },
	{ "Turkey", "TR" },
	{ "Czech Republic", "CZ" },
	{ "Czechia", "CZ" },
	{ "Holland", "NL" },
	{ "The Netherlands", "NL" },
	{ "Nederland", "NL" },
	{ "England", "GB" },
	{ "Scotland", "GB" },
	{ "Great Britain", "GB" },
	{ "United Kingdom", "GB" },
	{ "Republic of Ireland", "IE" },
	{ "Éire", "IE" },
	{ "Kosovo", "XK" },
	{ "USA", "US" },
	{ "Vereinigtes Königreich", "GB" },
	{ "Magyarország", "HU" },
	{ "Lietuva", "LT" },
	{ "Eesti", "EE" },
	/* decorated */
	{ "Finland (FI)", "FI" },
	{ "FI - Finland", "FI" },
	{ "Helsinki, Finland", "FI" },
	{ "Germany.", "DE" },
	{ "(Italy)", "IT" },
	/* unknown */
	{ "", NULL },
	{ "-", NULL },
	{ "n/a", NULL },
	{ "EU", NULL },
	{ "Europe", NULL },
	{ "XX", NULL },
	{ "Atlanta, Georgia", NULL },
	{ "San Francisco, CA", NULL },
	{ "Paris", NULL },
	{ "Finland - Sweden", NULL },
	{ "Ruritania", NULL },
	{ "12", NULL },
	{ "\xc3\x28", NULL },
};

static void each_text_is_read_as_a_country_or_unknown(void **state)
{
	int failures = 0;

	(void)state;
	for (size_t i = 0; i < countof(texts); i++) {
		struct reading reading = { .rule = "" };
		struct slice alpha2 = SLICE_NONE;
		bool got = country_read(&alpha2, slice_of(texts[i].text), NULL, &reading);

		if (got != (texts[i].alpha2 != NULL) ||
		    (got && !slice_eq_z(alpha2, texts[i].alpha2)))
			failures +=
				print_failure("\"%s\": got \"%.*s\", expected \"%s\" (%s)",
					      texts[i].text, SLICE_ARG(alpha2),
					      texts[i].alpha2 != NULL ? texts[i].alpha2 : "unknown",
					      reading.rule);
	}
	assert_int_equal(failures, 0);
}

static const struct {
	const char *host;
	const char *alpha2;
} hosts[] = {
	{ "jyu.fi", "FI" },      { "https://www.jyu.fi/en/courses?x=1", "FI" },
	{ "ox.ac.uk", "GB" },    { "https://user@uoa.gr:8443/x", "GR" },
	{ "UNI-LJ.SI", "SI" },   { "www.ucg.ac.me", "ME" },
	{ "uni.is.", "IS" },     { "example.com", NULL },
	{ "example.org", NULL }, { "epfl.eu", NULL },
	{ "learn.io", NULL },    { "about.me", NULL },
	{ "open.co", NULL },     { "x.ai", NULL },
	{ "ub.edu", NULL },      { "upc.cat", NULL },
	{ "localhost", NULL },   { "192.168.1.10", NULL },
	{ "fi", NULL },          { "x.el", NULL },
	{ "x.zz", NULL },        { "", NULL },
};

static void a_domain_tells_its_country_where_it_is_one(void **state)
{
	int failures = 0;

	(void)state;
	for (size_t i = 0; i < countof(hosts); i++) {
		struct slice alpha2 = SLICE_NONE;
		bool got = country_of_domain(&alpha2, slice_of(hosts[i].host));

		if (got != (hosts[i].alpha2 != NULL) ||
		    (got && !slice_eq_z(alpha2, hosts[i].alpha2)))
			failures += print_failure("\"%s\": got \"%.*s\"", hosts[i].host,
						  SLICE_ARG(alpha2));
	}
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_text_is_read_as_a_country_or_unknown),
		cmocka_unit_test(a_domain_tells_its_country_where_it_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
