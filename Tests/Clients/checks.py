"""Checks: functions that raise when something is not as it should be, run one by one, reported as lines of JSON."""

import binascii
import json
import random
import string
import sys
import time
import traceback
import urllib.request
from dataclasses import dataclass

_checks: list[tuple[str, object]] = []


class Skipped(Exception):
    """The check does not apply here; the message says why."""


@dataclass
class Context:
    """Where things are; `run.py` passes it as JSON on standard input."""

    base_url: str
    port: int
    key: str
    revoked_key: str
    upstream_url: str
    upstream_key: str
    pid: int
    header_timeout: float
    upstream_timeout: float
    folder: str
    seed: int
    binary: str

    def requests(self, after: int = 0) -> list[dict]:
        """What the upstream has received since the `after`th request."""
        with urllib.request.urlopen(f"{self.upstream_url}/__requests?after={after}", timeout=10) as response:
            return json.load(response)


def check(function):
    """Registers a check. Its name is how it is reported."""
    _checks.append((function.__name__.replace("_", " "), function))
    return function


def run() -> None:
    """Runs the checks of the calling script (those named as arguments, if any) and reports each."""
    context = Context(**json.load(sys.stdin))
    for name, function in _checks:
        if sys.argv[1:] and not any(word in name for word in sys.argv[1:]):
            continue
        started = time.monotonic()
        measured = reason = ""
        try:
            measured, status = function(context) or "", "passed"
        except Skipped as skip:
            reason, status = str(skip), "skipped"
        except Exception as failure:  # whatever it was, the other checks go on
            frame = traceback.extract_tb(failure.__traceback__)[-1]
            own = [each for each in traceback.extract_tb(failure.__traceback__) if each.filename == sys.argv[0]]
            line = (own or [frame])[-1].lineno
            reason, status = f"line {line}: {type(failure).__name__}: {failure}"[:500], "failed"
        print(
            json.dumps(
                {
                    "check": name,
                    "status": status,
                    "reason": reason,
                    "measured": measured,
                    "seconds": round(time.monotonic() - started, 2),
                }
            ),
            flush=True,
        )
    print(json.dumps({"end": True}))  # so that a script which dies half-way is noticed


def equal(found, wanted, what: str) -> None:
    """Fails unless both are equal."""
    if found != wanted:
        raise AssertionError(f"{what}: expected {wanted!r:.200}, found {found!r:.200}")


def true(condition, what: str) -> None:
    """Fails with `what` unless the condition holds."""
    if not condition:
        raise AssertionError(what)


def github_token(seed: int) -> str:
    """A token that passes GitHub's checksum and belongs to nobody; made at run time, so that no file holds one."""
    digits = string.digits + string.ascii_uppercase + string.ascii_lowercase
    letters = random.Random(seed)
    body = "".join(letters.choice(digits) for _ in range(30))
    number, checksum = binascii.crc32(body.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        checksum = digits[digit] + checksum
    return "ghp_" + body + checksum


def card_number(seed: int) -> str:
    """A number that passes the check of payment cards."""
    letters = random.Random(seed)
    body = "4539" + "".join(letters.choice(string.digits) for _ in range(11))
    total = sum(sum(divmod(int(digit) * (2 if index % 2 == 0 else 1), 10)) for index, digit in enumerate(body))
    number = body + str(-total % 10)
    return " ".join(number[i : i + 4] for i in range(0, 16, 4))
