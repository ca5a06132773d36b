#!/usr/bin/env python3
"""Failing system calls, a full disk, kill -9: nothing acknowledged is missing, and the log holds. See README.md.

    Tests/Faults/run.py --gateway .build/release/gatehouse [--kills 20] [--faults 8] [--seed 1]
"""

import argparse
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

CALLS = ("pwrite64", "fdatasync", "ftruncate", "rename")
BODY = json.dumps({"model": "demo", "messages": [{"role": "user", "content": "Owls fly at night. When do owls fly?"}]})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Gateway:
    def __init__(self, binary: Path, folder: Path):
        self.binary, self.folder = binary, folder
        self.port, self.admin = free_port(), free_port()
        self.file = folder / "gatehouse.yaml"
        self.file.write_text(
            f"listen: 127.0.0.1:{self.port}\nadmin: 127.0.0.1:{self.admin}\nthreads: 2\n"
            "storage: {path: gatehouse.db}\nproviders: {local: {kind: extractive}}\nmodels: {demo: {provider: local}}\n"
        )
        self.process: subprocess.Popen | None = None
        made = subprocess.run(
            [binary, "key", "create", "--name", "faults", "--json", "--config", self.file],
            capture_output=True, text=True, timeout=60, check=True,
        )
        self.key = json.loads(made.stdout)["key"]

    def start(self, wrapper: list[str] = (), preexec=None, may_fail: bool = False) -> bool:
        """Returns when it listens; where it `may_fail`, also when it ended and said why."""
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [*wrapper, str(self.binary), "serve", "--config", str(self.file)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, preexec_fn=preexec,
            )
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return True
            except OSError:
                if self.process.poll() is not None:
                    if may_fail and "error: " in self.last_words():
                        return False
                    raise SystemExit(f"the gateway ended: {self.last_words()}") from None
                time.sleep(0.02)
        raise SystemExit(f"the gateway does not listen: {self.last_words()}")

    def last_words(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-600:]

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        # Below strace, it is strace that was waited for: who listens may be gone a moment later, and the next must not be
        # taken for it.
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                return
            time.sleep(0.01)
        raise SystemExit("the gateway was killed and still listens")

    def ask(self) -> tuple[int, str | None]:
        """The status of one exchange, and its id."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/v1/chat/completions", BODY.encode(),
            {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                answer.read()
                return answer.status, answer.headers["gatehouse-exchange-id"]
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            if error.code != 503 or "audit_unavailable" not in text:
                raise SystemExit(f"expected a 503 that names the log, not {error.code}: {text[:200]}") from None
            return error.code, None
        except OSError:
            return 0, None

    def load(self, seconds: float, clients: int = 8) -> list[str]:
        """Asks for some time; the ids of the answers that came whole."""
        ids, lock, end = [], threading.Lock(), time.monotonic() + seconds

        def client():
            while time.monotonic() < end:
                status, id = self.ask()
                if status == 200 and id:
                    with lock:
                        ids.append(id)
                elif status == 0:
                    return

        threads = [threading.Thread(target=client) for _ in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return ids


def verify(folder: Path, answered: set[str]) -> int:
    """Holds the log on the disk against what was answered, and against itself."""
    database = sqlite3.connect(folder / "audit.db")
    rows = database.execute("SELECT idx, id, type, tseq, data FROM leaf ORDER BY idx").fetchall()
    ended = {id for _, id, kind, _, _ in rows if kind == "exchange.end"}
    started = {id for _, id, kind, _, _ in rows if kind == "exchange.start"}
    missing = answered - ended
    if missing or not answered <= started:
        raise SystemExit(f"{len(missing)} of {len(answered)} answered exchanges have no end in the log: {list(missing)[:3]}")
    if [row[0] for row in rows] != list(range(len(rows))):
        raise SystemExit("indices have gaps")
    if [row[3] for row in rows] != list(range(1, len(rows) + 1)):
        raise SystemExit("sequence numbers have gaps")
    (size,) = database.execute("SELECT size FROM log_state").fetchone()
    if size != len(rows):
        raise SystemExit(f"the state says {size} leaves, there are {len(rows)}")
    hashes = [hashlib.sha256(b"\0" + row[4]).digest() for row in rows]
    tiles = dict(database.execute("SELECT n, data FROM tile WHERE level = 0"))
    if sorted(tiles) != list(range(len(rows) // 256)):
        raise SystemExit("tiles are missing")
    for number, data in tiles.items():
        if data != b"".join(hashes[number * 256 : number * 256 + 256]):
            raise SystemExit(f"tile {number} is not that of its leaves")
    for index, _, _, _, data in rows:
        for payload in json.loads(data).get("pl", []):
            found = database.execute(
                "SELECT nonce, ct FROM payload WHERE idx = ? AND k = ?", (index, payload["k"])
            ).fetchone()
            if not found:
                raise SystemExit(f"leaf {index} has no payload `{payload['k']}`")
    database.close()
    return len(rows)


def settle(gateway: Gateway, answered: set[str]) -> int:
    """Starts it again without faults, sees that it answers, stops it, and verifies."""
    gateway.start()
    status, id = gateway.ask()
    if status != 200:
        raise SystemExit(f"the gateway does not go on: {status} {gateway.last_words()}")
    answered.add(id)
    gateway.process.terminate()
    if gateway.process.wait(30) != 0:
        raise SystemExit(f"it did not stop well: {gateway.last_words()}")
    return verify(gateway.folder, answered)


def kills(binary: Path, folder: Path, trials: int, moments: random.Random) -> str:
    gateway, answered = Gateway(binary, folder), set()
    for _ in range(trials):
        gateway.start()
        timer = threading.Timer(moments.uniform(0.15, 0.8), gateway.kill)
        timer.start()
        answered.update(gateway.load(5))
        timer.join()
        gateway.kill()
        verify(folder, answered)
    leaves = settle(gateway, answered)
    with sqlite3.connect(folder / "audit.db") as database:
        (abandoned,) = database.execute("SELECT count(*) FROM leaf WHERE type = 'exchange.abandoned'").fetchone()
        (open_,) = database.execute(
            "SELECT count(*) FROM leaf s WHERE type = 'exchange.start' AND NOT EXISTS (SELECT 1 FROM leaf WHERE "
            "id = s.id AND type IN ('exchange.end', 'exchange.abandoned'))"
        ).fetchone()
    if open_:
        raise SystemExit(f"{open_} starts have neither an end nor were they abandoned")
    return f"{trials} kills, {len(answered)} answers, {abandoned} abandoned, {leaves} leaves"


def faults(binary: Path, folder: Path, call: str, trials: int, moments: random.Random) -> str:
    gateway, answered, hit = Gateway(binary, folder), set(), 0
    for trial in range(trials):
        # Some calls are rare: the write-ahead log is cut back now and then, and nothing is renamed while it is written.
        when = moments.randint(1, 4) if call in ("ftruncate", "rename") else moments.randint(3, 400)
        error = "ENOSPC" if call == "pwrite64" and trial % 2 else "EIO"
        trace = folder / f"trace-{call}-{trial}"
        gateway.start(
            ["strace", "-f", "-qq", "-o", str(trace), "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={when}"],
            may_fail=True,
        )
        answered.update(gateway.load(2, clients=4))
        gateway.kill()
        hit += "INJECTED" in trace.read_text(errors="replace")
        trace.unlink()
        verify(folder, answered)
    leaves = settle(gateway, answered)
    return f"{call}: {trials} trials, {hit} failed calls, {len(answered)} answers, {leaves} leaves"


def full_disk(binary: Path, folder: Path) -> str:
    """A limit on the size of files stands in for a full disk: writes beyond it fail, and go on when it is lifted."""
    gateway, answered = Gateway(binary, folder), set()

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, resource.RLIM_INFINITY))

    gateway.start(preexec=limit)
    refused, end = 0, time.monotonic() + 60
    while refused < 20 and time.monotonic() < end:
        status, id = gateway.ask()
        if status == 200:
            answered.add(id)
        elif status == 503:
            refused += 1
        else:
            raise SystemExit(f"expected 200 or 503, not {status}: {gateway.last_words()}")
    if refused < 20:
        raise SystemExit("the disk never was full")
    resource.prlimit(gateway.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    end = time.monotonic() + 20
    while (result := gateway.ask())[0] != 200:
        if time.monotonic() > end:
            raise SystemExit(f"it does not go on when there is space: {gateway.last_words()}")
        time.sleep(0.05)
    answered.add(result[1])
    gateway.kill()
    verify(folder, answered)
    return f"{len(answered)} answers, {refused} refused while full, {settle(gateway, answered)} leaves"


def can_inject() -> bool:
    if not shutil.which("strace"):
        return False
    done = subprocess.run(
        ["strace", "-qq", "-o", os.devnull, "-e", "inject=getppid:error=EIO:when=1", "true"], capture_output=True
    )
    return done.returncode == 0


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--gateway", type=Path, required=True)
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--faults", type=int, default=8)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    moments, binary = random.Random(given.seed), given.gateway.resolve()
    with tempfile.TemporaryDirectory(prefix="gatehouse-faults-") as base:

        def folder(name: str) -> Path:
            path = Path(base) / name
            path.mkdir()
            return path

        print("full disk:", full_disk(binary, folder("full")), flush=True)
        print("kill -9:", kills(binary, folder("kills"), given.kills, moments), flush=True)
        if not can_inject():
            print("skipped: strace is not here, or may not trace: failing system calls were not tried", file=sys.stderr)
            return
        for call in CALLS:
            print("failing", faults(binary, folder(call), call, given.faults, moments), flush=True)


main()
