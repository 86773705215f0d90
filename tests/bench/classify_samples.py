#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Prints the offers whose subject is known, one a line, for bench_classify:

    classify_samples.py MICROCATD LABELS.tsv SHARED_DIRECTORY

Real catalogues of SHARED_DIRECTORY/samples, labelled by hand in LABELS.tsv, and
the demo catalogues of config/demo as `microcatd lint` reads them: those that
declare a field are a part of their own ("declared"). Texts are printed only.
"""
import csv
import html
import io
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DEMO = os.path.join(HERE, "..", "..", "config", "demo")
DEMO_FILES = {
    "donau": "courses.json", "kallavuori": "opintotarjonta.csv", "montalba": "offerta.csv",
    "nordhafen": "courses.json", "ribera": "courses.json", "silverhaven": "courses.json",
    "strandvik": "courses.csv", "tammerkoski": "courses.json", "valmont": "courses.json",
    "waterhoven": "courses.json",
}
DEMO_FORMATS = {
    "donau": "moochub", "nordhafen": "moochub", "valmont": "moochub",
    "kallavuori": "csv", "montalba": "csv", "strandvik": "csv",
    "ribera": "ooapi", "silverhaven": "ooapi", "tammerkoski": "ooapi", "waterhoven": "ooapi",
}


def plain(text):
    """Text without markup, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text or "")).split())


def offer(title, keywords="", outcomes="", unit="", description=""):
    return [plain(part) for part in (title, keywords, outcomes, unit, description)]


# --- real catalogues -------------------------------------------------------

def rows_of(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        text = file.read()
    head = text.split("\n", 1)[0]
    return csv.DictReader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",")


def read_csv(samples):
    for r in rows_of(samples + "/feeds/csv/chalmers-kurser.csv"):
        yield ("chalmers", r["code"]), offer(r["name"], unit=r["institution"])
    for i, r in enumerate(rows_of(samples + "/feeds/csv/grand-est-formations.csv")):
        yield ("grand-est", str(i)), offer(r["Nom_Complet_Diplome"], unit=r["Grande_Categorie"],
                                           description=r["Description_Diplome"])
    for r in rows_of(samples + "/feeds/csv/edinburgh-courses.csv"):
        yield ("edinburgh", r["course_id"]), offer(r["course_name"], keywords=r["themes"].replace("+", ", "),
                                                   description=r["description"])


def read_xcri(samples):
    """By patterns: the file is not well-formed in all places."""
    with open(samples + "/xcri/adam_smith_charset_issue.xml", encoding="utf-8", errors="replace") as file:
        text = file.read()
    for course in re.findall(r"<course>.*?</course>", text, re.S):
        def all_of(name):
            return [plain(m) for m in re.findall(r"<(?:dc:)?%s[^>]*>(.*?)</(?:dc:)?%s>" % (name, name), course, re.S)]

        about = re.findall(r"<description( xsi:type=\"xcri12terms:(\w+)\")?[^>]*>(.*?)</description>", course, re.S)
        texts = [plain(d[2]) for d in about if d[1] in ("", "topic", "learningOutcome", "abstract")]
        titles, ids = all_of("title"), all_of("identifier")
        if titles and ids:
            category, *keywords = all_of("subject") or [""]
            yield ("adamsmith", ids[0]), offer(titles[0], keywords=", ".join(keywords), unit=category,
                                               description=" ".join(texts))


def read_json(samples):
    def load(name):
        with open(samples + "/" + name, encoding="utf-8") as file:
            return json.load(file)

    def values(texts):
        return " ".join(t["value"] for t in texts or [] if t)

    for r in load("openedx/mit/test_sloan_courses.json"):
        yield ("sloan", r["Course_Id"]), offer(r["Title"], unit=r["Topics"], description=r["Description"])
    for source, name in (("ki-campus", "moochub/ki-campus/courses.php.json"),
                         ("mooin", "moochub/mooin/courses-2020.json")):
        for r in load(name)["data"]:
            a = r["attributes"]
            yield (source, r["id"]), offer(a.get("name"), description="%s %s" % (
                a.get("abstract") or "", a.get("description") or ""))
    for r in load("ooapi/tue/courses-1.items.json"):
        yield ("tue", r["courseId"]), offer(r["name"][-1]["value"], description=values(r.get("description")),
                                            outcomes=" ".join(values(o) for o in r.get("learningOutcomes") or []))


# --- demo catalogues -------------------------------------------------------

def read_demo(microcatd, name):
    """As microcat reads them, with the fields that they declare."""
    lines = subprocess.run(
        [microcatd, "lint", DEMO_FORMATS[name], os.path.join(DEMO, name, DEMO_FILES[name]), "--source-file",
         os.path.join(DEMO, "sources.d", name + ".conf"), "--ndjson"],
        env=dict(os.environ, MICROCAT_DEMO_URL="http://127.0.0.1:1"), stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, check=False).stdout.decode("utf-8").splitlines()
    for line in lines:
        o = json.loads(line)
        lists = {key: " ".join(" ".join(v) for v in o.get(key, {}).values()) for key in ("learningOutcomes", "keywords")}
        fields = [s["iscedf"] for s in o.get("subjects", []) if s["from"] == "declared"]
        yield (name, o["recordId"]), fields, next(iter(o["title"])), offer(
            " ".join(o["title"].values()), keywords=lists["keywords"], outcomes=lists["learningOutcomes"],
            unit=" ".join(o.get("provider", {}).get("unit", {}).values()),
            description=" ".join(o.get("description", {}).values()))


def main():
    microcatd, labels, shared = sys.argv[1:4]
    samples = os.path.join(shared, "samples")
    offers, declared = {}, []
    if os.path.isdir(samples):
        for reader in (read_csv, read_xcri, read_json):
            for key, texts in reader(samples):
                offers.setdefault(key, texts)
    else:
        print("no %s: the demo catalogues alone" % samples, file=sys.stderr)
    for name in DEMO_FILES:
        for key, fields, lang, texts in read_demo(microcatd, name):
            if key not in offers and fields:
                declared.append((key, lang, fields, texts))
            offers.setdefault(key, texts)
    with open(labels, encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file if not line.startswith("#")]
    for part, source, number, lang, fields in rows[1:]:
        texts = offers.get((source, number))
        if texts is not None:
            print("\t".join([part, source, number, lang, fields] + texts))
        elif os.path.isdir(samples):
            sys.exit("%s: no offer %s of %s" % (labels, number, source))
    for (source, number), lang, fields, texts in declared:
        print("\t".join(["declared", source, number, lang, " ".join(fields)] + texts))


if __name__ == "__main__":
    main()
