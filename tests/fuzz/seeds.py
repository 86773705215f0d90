#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Makes inputs for fuzz targets of real catalogues: seeds.py SAMPLES OUT

SAMPLES is the folder of sample catalogues, OUT gets one folder a target. What
is written is as long as MAX_BYTES at most, MAX_FILES a target; nothing of it
is meant to be committed.
"""
import json
import os
import sys

MAX_BYTES = 12 * 1024
MAX_FILES = 150

# Members whose texts are read by one reader, by target.
READERS = {
    "workload": ("studyload", "workload", "ects", "credit", "hours", "duration"),
    "level": ("level", "qualification"),
    "date": ("date", "start", "end", "deadline", "period", "term"),
    "price": ("price", "cost", "amount", "fee"),
    "language": ("language",),
    "subject": ("field", "subject", "isced"),
    "coded": ("mode", "assess", "type", "form"),
}


def write(out, target, data):
    folder = os.path.join(out, target)
    os.makedirs(folder, exist_ok=True)
    n = len(os.listdir(folder))
    if n < MAX_FILES and data:
        with open(os.path.join(folder, f"sample-{n:04d}"), "wb") as file:
            file.write(data[:MAX_BYTES])


def texts(value, key=""):
    """All texts of a document with the name of the member they stand in."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from texts(member, name)
    elif isinstance(value, list):
        for member in value:
            yield from texts(member, key)
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
        yield key, str(value)


def pages(document):
    """The document, and what fits of its list as one page, item by item."""
    items = document
    if isinstance(document, dict):
        items = document.get("items") or document.get("data") or []
    if not isinstance(items, list):
        return
    for item in items[:40]:
        yield json.dumps({"items": [item], "data": [item]}, ensure_ascii=False).encode()


def read_json(out, kind, path):
    with open(path, "rb") as file:
        data = file.read()
    write(out, "json_split", data)
    write(out, "json_load", data)
    if kind in ("ooapi", "moochub"):
        write(out, kind, b"\n@@ 200 application/json\n" + data)
    try:
        document = json.loads(data)
    except ValueError:
        return
    if kind in ("ooapi", "moochub"):
        for page in pages(document):
            write(out, kind, b"\n@@ 200 application/json\n" + page)
    seen = set()
    for key, text in texts(document):
        if (key, text) in seen:
            continue
        seen.add((key, text))
        data = text.encode()
        if "<" in text or "&" in text or len(text) > 400:
            write(out, "html_text", b"\n" + data)
        if len(text) > 200:
            words = " ".join(text.split()[3:6]).encode()
            write(out, "tokenizer", data)
            write(out, "snippet", words + b"\nen\n@@ description und\n" + data)
            write(out, "blob", b"P" + words + b"\n" + data)
        if text.startswith("http"):
            write(out, "url", b"https://uni.example/ooapi/v5/\n" + data + b"\nq\n")
        for target, names in READERS.items():
            if len(text) < 200 and any(name in key.lower() for name in names):
                write(out, target, b"\n\n\n\n" + data)


def main():
    samples, out = sys.argv[1:3]
    for folder, _, names in sorted(os.walk(samples)):
        kind = os.path.relpath(folder, samples).split(os.sep)[0]
        for name in sorted(names):
            path = os.path.join(folder, name)
            if name.endswith(".json"):
                read_json(out, kind, path)
            elif name.endswith(".csv"):
                with open(path, "rb") as file:
                    data = file.read()
                write(out, "csv_read", data)
                write(out, "csv_columns", b"\n" + data)
                write(out, "csv", b"\n@@ 200 text/csv\n" + data)


main()
