#!/usr/bin/env python3
"""Sentences of Presidio's evaluator (PyPI: presidio-evaluator, MIT) as rows for `gatehouse detect evaluate --names`.

Its templates are filled by its own lists and Faker. Left out are templates with what is no kind of ours (ages, titles,
nationalities, dates). What stands beside each other and makes one address or one name counts as one span.

    pip install presidio-evaluator faker
    Benchmarks/Entities/presidio_sentences.py > sentences.jsonl
    gatehouse detect evaluate sentences.jsonl --names --json

For measuring only: nothing is trained or tuned on these.
"""

import contextlib
import json
import random
import re
import sys

import numpy
from presidio_evaluator.data_generator.presidio_sentence_faker import (
    PresidioSentenceFaker,
    presidio_templates_file_path,
)

SEED, COUNT = 11, 2500
KINDS = {
    "PERSON": "pii.person", "ORGANIZATION": "pii.organisation", "GPE": "pii.place", "STREET_ADDRESS": "pii.address",
    "ZIP_CODE": "pii.address", "PHONE_NUMBER": "pii.phone", "EMAIL_ADDRESS": "pii.email", "CREDIT_CARD": "pii.card",
    "IBAN_CODE": "pii.iban", "IP_ADDRESS": "pii.ip_address", "DOMAIN_NAME": "pii.url", "US_SSN": "pii.ssn",
    "US_DRIVER_LICENSE": "pii.driver_licence",
}
OTHERS = re.compile(
    r"{{(age|year|nationality|job|prefix\w*|date_time|day_of_week|nation_\w+|date_of_birth)}}")
PLACES = {"STREET_ADDRESS", "GPE", "ZIP_CODE"}


def joined(spans, text):
    whole = []
    for start, end, kind in sorted(spans):
        if whole:
            first, last, before = whole[-1]
            gap = text[last:start]
            if {kind, before} <= PLACES and "STREET_ADDRESS" in (kind, before) and re.fullmatch(r"[\s,]{0,3}", gap):
                whole[-1] = (first, end, "STREET_ADDRESS")
                continue
            if kind == before == "PERSON" and gap == " ":
                whole[-1] = (first, end, "PERSON")
                continue
        whole.append((start, end, kind))
    return whole


def main():
    templates = [line.strip() for line in presidio_templates_file_path.read_text().splitlines()]
    templates = [line for line in templates if line and not OTHERS.search(line)]
    random.seed(SEED)
    numpy.random.seed(SEED)
    with contextlib.redirect_stdout(sys.stderr):
        faker = PresidioSentenceFaker("en_US", 0.0, sentence_templates=templates, random_seed=SEED)
        sentences = faker.generate_new_fake_sentences(COUNT)
    for sentence in sentences:
        spans = [(span.start_position, span.end_position, span.entity_type) for span in sentence.spans]
        print(json.dumps({
            "text": sentence.full_text, "label": "clean", "lang": "en", "family": "presidio",
            "spans": [
                {"start": start, "end": end, "label": KINDS[kind]}
                for start, end, kind in joined(spans, sentence.full_text)
            ],
        }, ensure_ascii=False))


if __name__ == "__main__":
    main()
