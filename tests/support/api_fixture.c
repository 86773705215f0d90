// SPDX-License-Identifier: EUPL-1.2
/*
 * The daemon with two harvested sources, and clients of both its sockets.
 */
#include "tests/support/api_fixture.h"

#include "daemon/api/openapi.h"
#include "tests/support/catalogue_pages.h"

static const char table[] =
	"id,title,description,ects,eqf,iscedf,language,mode,start,applyUntil,price,url,outcomes\n"
	"ml,Machine learning,Learning from data with statistics,2.5,7,0613,en,online,2099-01-15,"
	"2098-12-01,0 EUR,https://example.org/ml,explains learning\n"
	"hist,=Historia <b>\"x\"</b>,Menneisyys,5,6,0222,fi,presential,2020-01-15,2019-12-01,100 "
	"EUR,"
	"https://example.org/h,\n"
	"bare,Bare,,,,,,,,,,,\n"
	",No id,,,,,,,,,,,\n";

static const struct page_of pages[] = { { 1, 30, NULL, 0 }, { 31, 60, NULL, 33 } };
static const struct partner_answer plain = { .status = 200 };

void api_serve_hub(struct api_fixture *f)
{
	serve_moochub(f->p, pages, 2, &plain);
}

static void write_configuration(struct api_fixture *f)
{
	struct partner_answer csv = { .status = 200, .body = table };

	snprintf(csv.content_type, sizeof(csv.content_type), "text/csv; charset=utf-8");
	partner_route(f->p, "/t.csv", &csv);
	api_serve_hub(f);
	daemon_source(&f->d, "off", "format = \"csv\" url = \"%s/t.csv\" enabled = false",
		      partner_base(f->p));
	daemon_source(&f->d, "hub",
		      "title = \"Hub\" country = \"DE\" alliance = { \"FORTHEM\" } "
		      "format = \"moochub\" version = \"3\" url = \"%s/moochub\"",
		      partner_base(f->p));
	daemon_source(&f->d, "table",
		      "title = \"Table\" country = \"FI\" format = \"csv\" url = \"%s/t.csv\" "
		      "columns { id = \"id\" title = \"title\" description = \"description\" "
		      "ects = \"ects\" eqf = \"eqf\" iscedf = \"iscedf\" language = \"language\" "
		      "mode = \"mode\" start = \"start\" applyUntil = \"applyUntil\" "
		      "price = \"price\" url = \"url\" outcomes = \"outcomes\" }",
		      partner_base(f->p));
}

static void find_an_offer(struct api_fixture *f)
{
	struct http_answer a =
		http_client_get(&f->client, "/v1/offers?q=statistics&fields=title", "");
	ptrdiff_t at = slice_find(a.body, SLICE_LIT("{\"id\":\""));

	http_assert_has(&a, "\"total\":1");
	snprintf(f->offer_id, sizeof(f->offer_id), "%.*s", 26, a.body.p + at + 7);
}

int api_fixture_open(void **state)
{
	struct api_fixture *f = mem_new(struct api_fixture);

	daemon_fixture_open(&f->d);
	f->p = partner_open(NULL);
	assert_non_null(f->p);
	write_configuration(f);
	daemon_start(&f->d, NULL);
	daemon_wait_ready(&f->d);
	/* The order of the two is chance. */
	for (int i = 0; i < 2; i++)
		daemon_wait_line(&f->d, ": harvest complete;");
	http_client_open(&f->client, f->d.query, NULL);
	http_client_open(&f->admin, f->d.admin, NULL); /* opened anew for each order */
	openapi_load(&f->openapi, slice_make(openapi_json, openapi_json_bytes));
	find_an_offer(f);
	*state = f;
	return 0;
}

int api_fixture_close(void **state)
{
	struct api_fixture *f = *state;

	http_client_close(&f->client);
	http_client_close(&f->admin);
	assert_int_equal(daemon_stop(&f->d, SIGTERM), 0);
	openapi_clear(&f->openapi);
	daemon_fixture_close(&f->d);
	partner_close(f->p);
	mem_free(f);
	return 0;
}

struct http_answer api_ask_admin(struct api_fixture *f, const char *method, const char *target,
				 const char *headers)
{
	http_client_close(&f->admin);
	http_client_open(&f->admin, f->d.admin, NULL);
	return http_client_ask(&f->admin, method, target, headers);
}

struct http_answer api_get(struct api_fixture *f, const char *target)
{
	struct http_answer a = http_client_get(&f->client, target, "");

	for (int i = 0; a.status == 503 && i < HTTP_CLIENT_TRIES; i++) {
		http_assert_has(&a, "\"code\":\"timeout\"");
		a = http_client_get(&f->client, target, "");
	}
	return a;
}
