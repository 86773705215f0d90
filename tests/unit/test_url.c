// SPDX-License-Identifier: EUPL-1.2
/* Tests of base/url: parsing, origins, links, paths and query parameters. */
#include "base/limits.h"
#include "base/url.h"

#include "tests/support/unit.h"

static void a_url_is_taken_apart(void **state)
{
	struct url u;

	(void)state;
	assert_int_equal(url_parse(&u, SLICE_LIT("HTTPS://Ex.org:8443/a/b?x=1&y#f"), NULL), ERR_OK);
	assert_slice(u.scheme, "HTTPS");
	assert_slice(u.host, "Ex.org");
	assert_int_equal(u.port, 8443);
	assert_slice(u.path, "/a/b");
	assert_slice(u.query, "x=1&y");
	assert_slice(u.fragment, "f");
	assert_int_equal(url_parse(&u, SLICE_LIT("http://[2001:db8::1]"), NULL), ERR_OK);
	assert_slice(u.host, "[2001:db8::1]");
	assert_int_equal(u.port, 80);
	assert_slice(u.path, "");
	assert_slice(u.query, NULL);
	assert_int_equal(url_parse(&u, SLICE_LIT("file:///tmp/x.json"), NULL), ERR_OK);
	assert_slice(u.path, "/tmp/x.json");
}

static void what_is_no_url_is_refused_with_a_reason(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", "not an absolute URL" },
		{ "/a/b", "not an absolute URL" },
		{ "www.x.org", "not an absolute URL" },
		{ "mailto:x@y.org", "not an absolute URL" },
		{ "https://", "names no host" },
		{ "https:///x", "names no host" },
		{ "https://x:0/", "port" },
		{ "https://x:99999/", "port" },
		{ "https://x:8a/", "port" },
		{ "https://[::1/", "']'" },
		{ "https://[::1]x/", "port" },
		{ "https://[::1]443/", "port" },
		{ "https://me:secret@x.org/", "user name or password" },
		{ "https://x.org/a b", "blanks" },
		{ "https://x.org/a\nb", "blanks" },
		{ "https://x.org\\@y.org/", "blanks" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct err err = ERR_INIT;
		struct url u;

		assert_int_equal(url_parse(&u, slice_of(cases[i].text), &err), ERR_PARSE);
		if (strstr(err.msg, cases[i].why) == NULL)
			fail_msg("%s: %s", cases[i].text, err.msg);
	}
}

static void a_url_has_a_longest_length(void **state)
{
	struct buf text = BUF_INIT(LIMIT_URL_BYTES + 1);
	struct err err = ERR_INIT;
	struct url u;

	(void)state;
	buf_str(&text, "https://x/");
	buf_fill(&text, 'a', LIMIT_URL_BYTES - text.len);
	assert_int_equal(url_parse(&u, buf_view(&text), &err), ERR_OK);
	buf_char(&text, 'a');
	assert_int_equal(url_parse(&u, buf_view(&text), &err), ERR_LIMIT);
	buf_clear(&text);
}

static void origins_are_scheme_host_and_port(void **state)
{
	static const struct {
		const char *a, *b;
		bool is_same;
	} cases[] = {
		{ "https://x.org/a", "https://X.ORG:443/b?c", true },
		{ "http://x.org", "http://x.org:80", true },
		{ "https://x.org", "http://x.org", false },
		{ "https://x.org", "https://x.org:8443", false },
		{ "https://x.org", "https://www.x.org", false },
		{ "https://x.org", "https://x.org.evil.net", false },
		{ "https://x.org", "x.org", false },
		{ "https://x.org/", "https://x.org@evil.net/", false },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_int_equal(
			url_text_is_same_origin(slice_of(cases[i].a), slice_of(cases[i].b)),
			cases[i].is_same);
}

/* The examples of RFC 3986, section 5.4, that use a scheme with a host. */
static void links_mean_what_the_rfc_says(void **state)
{
	static const char base[] = "http://a/b/c/d;p?q";
	static const struct {
		const char *reference, *meaning;
	} cases[] = {
		{ "http://g/x#f", "http://g/x" }, { "g", "http://a/b/c/g" },
		{ "./g", "http://a/b/c/g" },      { "g/", "http://a/b/c/g/" },
		{ "/g", "http://a/g" },           { "//g", "http://g" },
		{ "?y", "http://a/b/c/d;p?y" },   { "g?y", "http://a/b/c/g?y" },
		{ "#s", "http://a/b/c/d;p?q" },   { "g#s", "http://a/b/c/g" },
		{ "", "http://a/b/c/d;p?q" },     { ".", "http://a/b/c/" },
		{ "./", "http://a/b/c/" },        { "..", "http://a/b/" },
		{ "../g", "http://a/b/g" },       { "../..", "http://a/" },
		{ "../../g", "http://a/g" },      { "../../../g", "http://a/g" },
		{ "/./g", "http://a/g" },         { "/../g", "http://a/g" },
		{ "g.", "http://a/b/c/g." },      { "..g", "http://a/b/c/..g" },
		{ "./g/.", "http://a/b/c/g/" },   { "g/../h", "http://a/b/c/h" },
		{ " /g ", "http://a/g" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct buf out = BUF_INIT(LIMIT_URL_BYTES);
		struct err err = ERR_INIT;

		assert_int_equal(
			url_resolve(&out, slice_of(base), slice_of(cases[i].reference), &err),
			ERR_OK);
		assert_buf(&out, cases[i].meaning);
		buf_clear(&out);
	}
}

static void links_with_bad_bytes_or_too_long_are_refused(void **state)
{
	struct buf out = BUF_INIT(32);
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(url_resolve(&out, SLICE_LIT("http://a/"), SLICE_LIT("x y"), &err),
			 ERR_PARSE);
	assert_int_equal(url_resolve(&out, SLICE_LIT("http://a/"), SLICE_LIT("https://"), &err),
			 ERR_PARSE);
	buf_reset(&out);
	assert_int_equal(url_resolve(&out, SLICE_LIT("http://a/"),
				     SLICE_LIT("/0123456789012345678901234567890123456789"), &err),
			 ERR_LIMIT);
	buf_clear(&out);
}

static void a_path_is_appended_with_one_slash(void **state)
{
	static const struct {
		const char *base, *path, *expected;
	} cases[] = {
		{ "https://x/ooapi/v5", "courses", "https://x/ooapi/v5/courses" },
		{ "https://x/ooapi/v5/", "courses", "https://x/ooapi/v5/courses" },
		{ "https://x/v5//", "/courses/1", "https://x/v5/courses/1" },
		{ "https://x", "courses", "https://x/courses" },
		{ "https://x/get?k=1#f", "courses", "https://x/get/courses?k=1" },
		{ "https://x/get/", "", "https://x/get" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct buf out = BUF_INIT(256);

		url_append_path(&out, slice_of(cases[i].base), slice_of(cases[i].path));
		assert_buf(&out, cases[i].expected);
		buf_clear(&out);
	}
}

static void parameters_are_encoded_and_joined(void **state)
{
	struct buf out = BUF_INIT(256);

	(void)state;
	buf_str(&out, "https://x/c");
	url_add_raw_query(&out, SLICE_LIT(""));
	url_add_query(&out, SLICE_LIT("alliances.name"), SLICE_LIT("a b&c=\xc3\xa9"));
	url_add_query(&out, SLICE_LIT("n"), SLICE_LIT("1"));
	url_add_raw_query(&out, SLICE_LIT("page=2"));
	assert_buf(&out, "https://x/c?alliances.name=a%20b%26c%3D%C3%A9&n=1&page=2");
	assert_slice(url_query_value(SLICE_LIT("a=1&page=2&page=3&b"), SLICE_LIT("page")), "2");
	assert_slice(url_query_value(SLICE_LIT("a=1&b"), SLICE_LIT("b")), "");
	assert_slice(url_query_value(SLICE_LIT("a=1&bb=2"), SLICE_LIT("b")), NULL);
	buf_clear(&out);
}

static void a_parameter_is_dropped_wherever_it_stands(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{ "https://x/c", "https://x/c" },
		{ "https://x/c?key=1", "https://x/c" },
		{ "https://x/c?key", "https://x/c" },
		{ "https://x/c?key=1&page=2", "https://x/c?page=2" },
		{ "https://x/c?page=2&key=1", "https://x/c?page=2" },
		{ "https://x/c?page=2&key=1&key=2&n=3#key=1", "https://x/c?page=2&n=3#key=1" },
		{ "https://x/c?key=1&key=2&n=3", "https://x/c?n=3" },
		{ "https://x/key=1?keys=1&mykey=2&Key=3", "https://x/key=1?keys=1&mykey=2&Key=3" },
		{ "</c?key=1&p=2>; rel=\"next\", </c?p=9&key=1>; rel=\"last\"",
		  "</c?p=2>; rel=\"next\", </c?p=9>; rel=\"last\"" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct buf out = BUF_INIT(256);

		url_drop_parameter(&out, slice_of(cases[i].text), SLICE_LIT("key"));
		assert_buf(&out, cases[i].expected);
		buf_clear(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_url_is_taken_apart),
		cmocka_unit_test(what_is_no_url_is_refused_with_a_reason),
		cmocka_unit_test(a_url_has_a_longest_length),
		cmocka_unit_test(origins_are_scheme_host_and_port),
		cmocka_unit_test(links_mean_what_the_rfc_says),
		cmocka_unit_test(links_with_bad_bytes_or_too_long_are_refused),
		cmocka_unit_test(a_path_is_appended_with_one_slash),
		cmocka_unit_test(parameters_are_encoded_and_joined),
		cmocka_unit_test(a_parameter_is_dropped_wherever_it_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
