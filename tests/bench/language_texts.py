#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Prints tagged texts to tell languages of: LANGUAGE <tab> KIND <tab> TEXT.

Kinds 200 and 600: translated messages of the programs on this machine
(/usr/share/locale), as many in a row as give that many letters, at most 60
texts a language. Kind catalogues: texts with a tag in the JSON files of a
folder (../shared/samples), where there is one.

    language_texts.py [FOLDER]
"""
import gettext
import glob
import json
import os
import random
import re
import sys

LANGUAGES = ("bg bs ca cs cy da de el en es et eu fi fr ga gl hr hu is it lt lv mk mt nb nl nn pl pt ro ru "
             "sk sl sq sr sv tr uk").split()
SIZES = (200, 600)
TEXTS = 60
# What is no word of the language: formats, options, names of files, capitals.
NO_WORDS = re.compile(r"%[-0-9.$]*[a-zA-Z]|\\n|\$\{[^}]*\}|<[^>]+>|https?://\S+|--?[A-Za-z][\w-]*"
                      r"|\b\w*[_/\\]\w*\b|[A-Z]{3,}")
TAG = re.compile(r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*$")


def plain(text):
    return re.sub(r"\s+", " ", NO_WORDS.sub(" ", text).replace("_", "")).strip()


def messages():
    """Language to messages; those in English are what the others translate."""
    found = {lang: set() for lang in LANGUAGES}
    for lang in LANGUAGES:
        for path in sorted(glob.glob(f"/usr/share/locale/{lang}/LC_MESSAGES/*.mo")):
            if "iso_" in path:  # lists of names
                continue
            try:
                with open(path, "rb") as file:
                    catalogue = gettext.GNUTranslations(file)._catalog
            except (OSError, UnicodeDecodeError, ValueError):
                continue
            for key, text in catalogue.items():
                if isinstance(key, str) and isinstance(text, str) and key and text != key:
                    found[lang].add(plain(text))
                    found["en"].add(plain(key))
    return {lang: sorted(t for t in texts if 40 <= len(t) <= 300) for lang, texts in found.items()}


def print_joined(lang, texts):
    for size in SIZES:
        n, joined = 0, ""
        for text in texts:
            joined = f"{joined} {text}" if joined else text
            if len(joined) < size:
                continue
            print(lang, size, joined[:size + 80], sep="\t")
            n, joined = n + 1, ""
            if n == TEXTS:
                break


def tagged(value):
    """(tag, text) of every text that a JSON value tags."""
    if isinstance(value, list):
        for item in value:
            yield from tagged(item)
    if not isinstance(value, dict):
        return
    for tag, text in ((value.get("@language"), value.get("@value")),
                      (value.get("language"), value.get("value"))):
        if isinstance(tag, str) and isinstance(text, str):
            yield tag, text
    for key, item in value.items():
        if isinstance(item, str) and TAG.match(key) and key.split("-")[0].split("_")[0] in LANGUAGES:
            yield key, item
        yield from tagged(item)


def print_catalogues(folder):
    seen = set()
    for path in sorted(glob.glob(os.path.join(folder, "**", "*.json*"), recursive=True)):
        try:
            with open(path, encoding="utf-8") as file:
                value = json.load(file)
        except (OSError, ValueError):
            continue
        for tag, text in tagged(value):
            text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).strip()
            lang = re.split(r"[-_]", tag.strip())[0].lower()
            if lang in LANGUAGES and len(text) >= 60 and (lang, text) not in seen:
                seen.add((lang, text))
                print(lang, "catalogues", text[:1200], sep="\t")


random.seed(4)
for language, texts in messages().items():
    random.shuffle(texts)
    print_joined(language, texts)
if len(sys.argv) > 1:
    print_catalogues(sys.argv[1])
