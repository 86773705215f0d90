#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The plain way, for comparison: Python's sqlite3, one FTS5 table with its own
content and default settings, a transaction per 1,000 offers, input already
parsed.

    plain.py load DATABASE OFFERS.ndjson
    plain.py query DATABASE QUERIES.tsv SECONDS

A query is what a page of results needs: MATCH, ORDER BY rank LIMIT 20 with
snippets, and for each of seven facets a GROUP BY under the other filters.
Prints one line of "name value" for each figure.
"""
import json
import os
import sqlite3
import sys
import time

TEXTS = ["title", "description", "outcomes", "keywords", "provider"]
FACETS = ["subject", "level", "lang", "country", "mode", "size", "provider_name"]
OTHERS = ["id", "subject", "level", "lang", "country", "mode", "size", "provider_name", "ects",
          "price", "url"]
BATCH = 1000


def load(database, path):
    with open(path, encoding="utf-8") as lines:
        rows = []
        for line in lines:
            offer = json.loads(line)
            offer["provider_name"] = offer["provider"]
            rows.append([offer.get(name) for name in TEXTS + OTHERS])
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    columns = TEXTS + [name + " UNINDEXED" for name in OTHERS]
    connection.execute(f"CREATE VIRTUAL TABLE offer USING fts5({', '.join(columns)})")
    insert = f"INSERT INTO offer VALUES ({', '.join('?' * len(columns))})"
    start = time.monotonic()
    for at in range(0, len(rows), BATCH):
        connection.execute("BEGIN")
        connection.executemany(insert, rows[at:at + BATCH])
        connection.execute("COMMIT")
    seconds = time.monotonic() - start
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    print("load.offers_per_second", len(rows) / seconds)
    print("load.bytes_per_offer", os.path.getsize(database) / len(rows))


def answer(connection, match, filters):
    """The page and its facets, as lists of rows."""
    names = list(filters)
    condition = "".join(f" AND {name} = ?" for name in names)
    page = connection.execute(
        f"SELECT id, title, url, snippet(offer, -1, '[', ']', '…', 20) FROM offer"
        f" WHERE offer MATCH ?{condition} ORDER BY rank LIMIT 20",
        [match] + [filters[name] for name in names]).fetchall()
    facets = []
    for facet in FACETS:
        others = [name for name in names if name != facet]
        condition = "".join(f" AND {name} = ?" for name in others)
        facets.append(connection.execute(
            f"SELECT {facet}, count(*) FROM offer WHERE offer MATCH ?{condition}"
            f" GROUP BY {facet} ORDER BY 2 DESC",
            [match] + [filters[name] for name in others]).fetchall())
    return page, facets


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def query(database, path, seconds):
    connection = sqlite3.connect(database, isolation_level=None)
    kinds = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            kind, _, match, filters = line.rstrip("\n").split("\t")
            if match:
                kinds.setdefault(kind, []).append((match, json.loads(filters)))
    for kind, queries in kinds.items():
        times = []
        end = time.monotonic() + seconds
        answer(connection, *queries[0])
        while time.monotonic() < end or len(times) < 3:
            start = time.monotonic()
            answer(connection, *queries[len(times) % len(queries)])
            times.append((time.monotonic() - start) * 1000)
        print(f"query.{kind}.median_ms", percentile(times, 0.5))
        print(f"query.{kind}.p99_ms", percentile(times, 0.99))


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "load":
        load(sys.argv[2], sys.argv[3])
    elif len(sys.argv) == 5 and sys.argv[1] == "query":
        query(sys.argv[2], sys.argv[3], float(sys.argv[4]))
    else:
        sys.exit(__doc__)


main()
