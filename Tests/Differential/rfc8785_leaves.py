#!/usr/bin/env python3
"""Leaves held against the reference implementation of RFC 8785 (rfc8785, from PyPI): its form of each must be its bytes.

    Tests/Differential/rfc8785_leaves.py [audit.db …]

Without a database: the golden files of leaves and events. With one: every leaf in it, and that its columns repeat it.
"""

import json
import sqlite3
import sys
from pathlib import Path

import rfc8785

GOLDEN = Path(__file__).parent.parent / "AuditTests" / "Golden"
COLUMNS = ("ts", "type", "id", "ten", "tseq", "run", "rseq", "actor", "res", "dec", "out")


def check(data: bytes, where: str) -> dict:
    value = json.loads(data)
    if rfc8785.dumps(value) != data:
        raise SystemExit(f"{where} is not canonical:\n  ours   {data!r}\n  theirs {rfc8785.dumps(value)!r}")
    return value


def main(paths: list[str]) -> None:
    count = 0
    if not paths:
        for name in ("leaves.jsonl", "events.jsonl"):
            for number, line in enumerate((GOLDEN / name).read_bytes().splitlines(), 1):
                check(line, f"{name}:{number}")
                count += 1
    for path in paths:
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        for index, data, *columns in database.execute(f"SELECT idx, data, {', '.join(COLUMNS)} FROM leaf ORDER BY idx"):
            leaf = check(data, f"{path}: leaf {index}")
            if len(data) > 4096:
                raise SystemExit(f"{path}: leaf {index} has {len(data)} bytes")
            if [leaf.get(name) for name in COLUMNS] != columns:
                raise SystemExit(f"{path}: the columns of leaf {index} do not repeat it")
            count += 1
    if not count:
        raise SystemExit("there was nothing to check")
    print(f"{count} forms agree")


main(sys.argv[1:])
