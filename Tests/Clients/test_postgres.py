"""Two gateways on one database of PostgreSQL: what one knows the other knows, and whatever fails, nothing that was
answered is lost and nothing is there twice. With the official `openai` package, over TLS, by password."""

import base64
import collections
import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import openai
from checks import Context, check, equal, run, true
from gateway import ROOT, Failed, Gateway, end_with_us, provider
from postgres import Server

ORIGIN, CLIENTS = "two.example/audit", 3
TEXT = "When does the night train leave?"
LEADER = """
    SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND classid = x'4754484C'::int AND objid = 1
"""


class Bench:
    """A server, and gateways that share a database of it."""

    there: "Bench | None" = None

    def __init__(self, c: Context):
        self.context, self.server = c, Server()
        self.root = base64.b64encode(os.urandom(32)).decode()
        self.folder = Path(c.folder) / "postgres"
        self.database = self.server.database("gatehouse")
        self.gateways = [self.gateway("one"), self.gateway("two")]
        self.key, _ = self.gateways[0].create_key("clients")
        made = self.gateways[1].command("key", "create", "--name", "root", "--role", "administrator", "--json")
        self.administrator = json.loads(made)["key"]
        for each in self.gateways:
            each.start()
        self.book = Book()

    @classmethod
    def of(cls, c: Context) -> "Bench":
        """The one that all checks share."""
        cls.there = cls.there or cls(c)
        return cls.there

    def gateway(self, name: str, url: str | None = None, port: int | None = None) -> Gateway:
        c = self.context
        url = url or self.server.url(self.database, application_name=name)
        return Gateway(
            self.folder / name,
            c.upstream_key,
            Path(c.binary),
            secrets={"DATABASE_URL": url, "ROOT_KEY": self.root},
            providers={"mock": provider(port or int(c.upstream_url.rsplit(":", 1)[1]))},
            models={"mock-normal": ("mock", "mock-normal")},
            storage={"url": "${env:DATABASE_URL}"},
            audit={"origin": ORIGIN, "root_key": "${env:ROOT_KEY}", "key": str(self.folder / "audit.key")},
        )

    def serve(self, name: str, url: str) -> subprocess.Popen:
        """A further gateway, as it is started with this URL; what it says can be read."""
        started = self.gateway(f"start {name}", url)
        return subprocess.Popen(
            started.serve_command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=started.environment,
            preexec_fn=end_with_us,
        )

    def explains(self, what: str, code: int, said: str, cause: str, hint: str) -> None:
        """Fails unless a gateway that ended has told why, and what to do about it, without the password."""
        equal(code, 1, f"{what}: the exit code of a gateway that says {said!r}")
        true(cause in said, f"{what}: the cause `{cause}` is not in {said!r}")
        equal(said.count("hint:"), 1, f"{what}: hints in {said!r}")
        true(hint in said.split("hint:")[1], f"{what}: `{hint}` is not in the hint of {said!r}")
        true(self.server.password not in said, f"{what}: the password is in {said!r}")

    def leader(self) -> Gateway:
        """The gateway that gives events their places."""
        end = time.monotonic() + 10
        while not (found := self.server.sql(LEADER)):
            true(time.monotonic() < end, "no gateway leads")
            time.sleep(0.05)
        return next(each for each in self.gateways if each.folder.name == found[0])

    def leaves(self) -> list[dict]:
        lines = self.gateways[0].command("audit", "export", "--format", "jsonl").splitlines()
        return [json.loads(line)["leaf"] for line in lines]

    def nothing_is_lost_and_nothing_doubled(self) -> str:
        """Holds all that was answered since the beginning against the log, and what the model saw against what was asked."""
        leaves = self.leaves()
        counts = collections.Counter((leaf["type"], leaf["id"]) for leaf in leaves)
        doubled = [entry for entry, count in counts.items() if count > 1]
        true(not doubled, f"{len(doubled)} events are there twice, such as {doubled[:3]}")
        lost = [id for id in self.book.answered if ("exchange.end", id) not in counts]
        true(not lost, f"{len(lost)} of {len(self.book.answered)} answers are not in the log, such as {lost[:3]}")
        calls = self.context.requests()
        asked = collections.Counter(re.findall(r"<(q-\d+)>", "".join(call["body"] for call in calls)))
        twice = [mark for mark, count in asked.items() if count > 1]
        true(not twice, f"{len(twice)} questions reached the model twice, such as {twice[:3]}")
        unasked = [mark for mark in self.book.answered.values() if mark not in asked]
        true(not unasked, f"answers to what the model never saw: {unasked[:3]}")
        starts = sum(1 for kind, _ in counts if kind == "exchange.start")
        true(len(asked) <= starts, f"{len(asked)} calls of the model and only {starts} starts: no log, no call")
        return f"{len(self.book.answered)} answers, {len(leaves)} leaves"

    def holds(self, *notes: Path) -> None:
        """`audit verify` on the database says so, given the notes that somebody kept: the exit code is 0."""
        since = [argument for note in notes for argument in ("--since", str(note))]
        said = self.gateways[0].command("audit", "verify", "--policy", str(self.folder / "trust.policy"), *since)
        true("HOLDS" in said.upper(), f"`audit verify` says {said[-200:]!r}")

    def close(self) -> None:
        for each in self.gateways:
            each.kill()
        self.server.remove()


class Book:
    """What clients know: the ids of whole answers with the marks of their questions, refusals, and broken connections."""

    def __init__(self):
        self.lock, self.count = threading.Lock(), 0
        self.answered: dict[str, str] = {}
        self.receipts: list[str] = []

    def mark(self) -> str:
        with self.lock:
            self.count += 1
            return f"q-{self.count}"


class Load:
    """Clients of some gateways that ask, every second one for a stream, until they are told to stop."""

    def __init__(self, bench: Bench, gateways: list[Gateway], clients: int = CLIENTS):
        self.book, self.over = bench.book, threading.Event()
        self.answers: dict[str, list[float]] = {each.folder.name: [] for each in gateways}
        self.refusals: list[tuple[str, float, openai.APIStatusError]] = []
        self.broken: list[tuple[str, str]] = []
        self.threads = [
            threading.Thread(target=self.ask, args=(each, bench.key, number % 2 == 1))
            for each in gateways
            for number in range(clients)
        ]

    def __enter__(self) -> "Load":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()

    def ask(self, gateway: Gateway, key: str, streamed: bool) -> None:
        name = gateway.folder.name
        client = openai.OpenAI(base_url=f"http://127.0.0.1:{gateway.port}/v1", api_key=key, max_retries=0, timeout=40)
        while not self.over.is_set():
            mark = self.book.mark()
            try:
                raw = client.chat.completions.with_raw_response.create(
                    model="mock-normal", messages=[{"role": "user", "content": f"<{mark}> {TEXT}"}], stream=streamed
                )
                answer = raw.parse()
                ends = [choice.finish_reason for chunk in answer for choice in chunk.choices] if streamed else None
                finish = ends[-1] if streamed else answer.choices[0].finish_reason
                if finish != "stop":
                    raise ValueError(f"an answer that is not whole: {finish}")
            except openai.APIStatusError as refusal:
                self.refusals.append((name, time.monotonic(), refusal))
                time.sleep(0.1)
            except Exception as failure:  # the connection broke, or the stream did
                self.broken.append((name, f"{type(failure).__name__}: {failure}"))
                time.sleep(0.1)
            else:
                with self.book.lock:
                    self.book.answered[raw.headers["gatehouse-exchange-id"]] = mark
                    self.book.receipts.append(raw.headers["gatehouse-receipt"])
                self.answers[name].append(time.monotonic())

    def until(self, condition, what: str, seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while not condition():
            true(time.monotonic() < end, f"{what}: not within {seconds:.0f} s; broken: {self.broken[-3:]}")
            time.sleep(0.01)

    def more(self, count: int, seconds: float = 20) -> None:
        """Returns when each gateway has given so many more answers."""
        before = {name: len(times) for name, times in self.answers.items()}
        for name, times in self.answers.items():
            self.until(lambda: len(times) >= before[name] + count, f"{count} more answers of `{name}`", seconds)


def call(url: str, key: str | None = None, body: dict | None = None) -> tuple[int, bytes]:
    """The status and the body of an answer."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data, headers | ({"Content-Type": "application/json"} if body else {}))
    try:
        with urllib.request.urlopen(request, timeout=40) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read()


def proven(proof: str) -> dict:
    """The leaf of a c2sp.org/tlog-proof, where its path leads to the root of its checkpoint (RFC 9162, 2.1.3.2)."""

    def sha(*parts: bytes) -> bytes:
        return hashlib.sha256(b"".join(parts)).digest()

    head, _, note = proof.partition("\n\n")
    first, *lines = head.split("\n")
    equal(first, "c2sp.org/tlog-proof@v1", "the first line of a proof")
    fields = dict(line.split(" ", 1) for line in lines if " " in line)
    hashes = [base64.b64decode(line) for line in lines if " " not in line]
    leaf, index = base64.b64decode(fields["extra"]), int(fields["index"])
    name, size, root = note.split("\n")[:3]
    equal(name, ORIGIN, "the origin of the checkpoint")
    node, place, last = sha(b"\x00", leaf), index, int(size) - 1
    for step in hashes:
        true(last > 0, "the path is too long")
        if place & 1 or place == last:
            node = sha(b"\x01", step, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = sha(b"\x01", node, step)
        place, last = place >> 1, last >> 1
    equal((node, last), (base64.b64decode(root), 0), f"where the path of leaf {index} leads")
    return json.loads(leaf)


@check
def every_answer_has_a_receipt_that_either_gateway_proves(c: Context):
    bench = Bench.of(c)
    with Load(bench, bench.gateways) as load:
        load.more(60)
    equal([str(refusal) for _, _, refusal in load.refusals] + load.broken, [], "refusals and broken connections")
    receipts = bench.book.receipts
    true(all(receipt.startswith(f"{ORIGIN}#") for receipt in receipts), "an answer without a receipt")
    indices = [int(receipt.rsplit("#", 1)[1]) for receipt in receipts]
    equal(len(set(indices)), len(bench.book.answered), "receipts that are different")
    latest = max(indices)
    ids = set()
    for index in [latest, *indices[:: max(1, len(indices) // 12)]]:
        for each in bench.gateways:
            ids.add(receipt(each, bench.key, index)["id"])
    true(ids <= set(bench.book.answered), "a receipt for another exchange")
    stranger, _ = bench.gateways[1].create_key("stranger")
    time.sleep(0.7)  # keys are looked for twice a second
    status, body = call(f"http://127.0.0.1:{bench.gateways[0].port}/v1/receipts/{latest}", stranger)
    equal((status, json.loads(body)["error"]["code"]), (404, "receipt_not_found"), "somebody else's receipt")
    return f"{len(indices)} receipts, {len(ids)} proven by both"


def receipt(gateway: Gateway, key: str, index: int) -> dict:
    """The leaf that a gateway proves; a checkpoint comes every ten seconds."""
    end = time.monotonic() + 15
    while True:
        status, body = call(f"http://127.0.0.1:{gateway.port}/v1/receipts/{index}", key)
        if status == 200:
            return proven(body.decode())
        true(status == 404 and time.monotonic() < end, f"the receipt of {index}: {status} {body[:200]!r}")
        time.sleep(0.1)


@check
def keys_that_one_gateway_makes_or_revokes_are_known_to_the_other(c: Context):
    bench = Bench.of(c)
    one, two = bench.gateways

    def asks(gateway: Gateway, key: str, wanted: int) -> float:
        begun = time.monotonic()
        while (status := call(f"http://127.0.0.1:{gateway.port}/v1/models", key)[0]) != wanted:
            true(time.monotonic() < begun + 3, f"{status} instead of {wanted} for 3 s")
            time.sleep(0.02)
        return time.monotonic() - begun

    status, made = call(f"http://127.0.0.1:{one.admin}/api/keys", bench.administrator, {"name": "shared"})
    equal(status, 201, "the status of a key of the administration API")
    key = json.loads(made)
    known = asks(two, key["key"], 200)
    two.revoke_key(key["id"])
    gone = max(asks(one, key["key"], 401), asks(two, key["key"], 401))
    return f"known after {known:.1f} s, refused after {gone:.1f} s"


@check
def the_events_of_both_are_one_log_that_holds(c: Context):
    bench = Bench.of(c)
    note, bundle, trust = (bench.folder / name for name in ("earlier.checkpoint", "bundle.tar", "trust.policy"))
    note.write_bytes(call(f"http://127.0.0.1:{bench.gateways[1].admin}/log/checkpoint")[1])
    with Load(bench, bench.gateways) as load:
        load.more(10)
    listed = [set(each.event_ids()) for each in bench.gateways]
    equal(listed[0], listed[1], "the events that either lists")
    true(set(bench.book.answered) <= listed[0], "an answer is not among the events")
    trust.write_text(bench.gateways[1].command("audit", "policy"))
    bench.holds(note)
    served = ["audit", "verify", "--url", f"http://127.0.0.1:{bench.gateways[1].admin}/log"]
    served += ["--policy", str(trust), "--since", str(note)]
    try:
        bench.gateways[0].command(*served)
        raise AssertionError("leaves were shown to somebody without a key")
    except Failed as failure:
        true("--key-from" in str(failure), f"without an administrator's key: {failure}")
    bench.gateways[0].environment["ADMINISTRATOR"] = bench.administrator
    true("holds" in bench.gateways[0].command(*served, "--key-from", "ADMINISTRATOR"), "what the other gateway serves")
    bench.gateways[1].command("audit", "export", "--output", str(bundle))
    verifier = [sys.executable, ROOT / "tools" / "verify_bundle.py", bundle, trust, note]
    done = subprocess.run(verifier, capture_output=True, text=True)
    equal(done.returncode, 0, f"the exit code of verify_bundle.py, which says {done.stdout[-200:]!r}")
    return bench.nothing_is_lost_and_nothing_doubled()


@check
def kill_9_of_the_one_that_leads_and_the_other_goes_on(c: Context):
    bench = Bench.of(c)
    longest = 0.0
    for _ in range(2):
        leading = bench.leader()
        other = next(each for each in bench.gateways if each is not leading)
        name = other.folder.name
        with Load(bench, bench.gateways) as load:
            load.more(25)
            killed = time.monotonic()
            leading.kill()
            before = len(load.answers[name])
            load.until(lambda: len(load.answers[name]) >= before + 50, "answers of the one that is left")
        refused = [f"{refusal}" for who, _, refusal in load.refusals if who == name]
        equal(refused + [reason for who, reason in load.broken if who == name], [], "what the one that is left refused")
        times = [killed, *(at for at in load.answers[name] if at > killed)]
        longest = max(longest, *(later - earlier for earlier, later in zip(times, times[1:])))
        equal(bench.leader().folder.name, name, "who leads now")
        bench.nothing_is_lost_and_nothing_doubled()
        leading.start()
    leaves = collections.Counter(leaf["type"] for leaf in bench.leaves())
    with Load(bench, bench.gateways) as load:
        load.more(5)
    return f"no answer for {longest:.2f} s at most, {leaves['exchange.abandoned']} abandoned; " + (
        bench.nothing_is_lost_and_nothing_doubled()
    )


@check
def a_server_that_is_killed_and_started_again_costs_time_alone(c: Context):
    bench = Bench.of(c)
    longest = 0.0
    with Load(bench, bench.gateways) as load:
        for _ in range(3):
            load.more(15)
            begun = time.monotonic()
            bench.server.stop()
            bench.server.start()
            load.more(5)
            longest = max(longest, time.monotonic() - begun)
    for _, _, refusal in load.refusals:
        equal((refusal.status_code, refusal.code), (503, "audit_unavailable"), "a refusal meanwhile")
    found = bench.nothing_is_lost_and_nothing_doubled()
    return f"answers again after {longest:.1f} s at most, {len(load.refusals)} refused, {len(load.broken)} broken; {found}"


@check
def without_a_server_requests_are_refused_in_the_shape_of_their_callers(c: Context):
    bench = Bench.of(c)
    one = bench.gateways[0]
    shapes: dict[str, tuple[int, bytes]] = {}
    paths = {
        "anthropic": ("/v1/messages", {"model": "mock-normal", "max_tokens": 9}),
        "gemini": ("/v1beta/models/mock-normal:generateContent", {}),
    }

    def shape(name: str) -> None:
        path, body = paths[name]
        text = {"contents": [{"parts": [{"text": TEXT}]}]} if name == "gemini" else {
            "messages": [{"role": "user", "content": TEXT}]
        }
        shapes[name] = call(f"http://127.0.0.1:{one.port}{path}", bench.key, body | text)

    with Load(bench, bench.gateways, clients=2) as load:
        load.more(5)
        bench.server.stop()
        stopped = time.monotonic()
        started = bench.serve("meanwhile", bench.server.url(bench.database))
        threads = [threading.Thread(target=shape, args=(name,)) for name in paths]
        for thread in threads:
            thread.start()
        load.until(lambda: len(load.refusals) >= 2, "refusals")
        first = load.refusals[0][1] - stopped
        for thread in threads:
            thread.join()
        equal(call(f"http://127.0.0.1:{one.admin}/readyz")[0], 503, "/readyz")
        said, _ = started.communicate(timeout=20)
        bench.explains("a start without a server", started.returncode, said, "Connection refused", "is the server running")
        answered = {name: len(times) for name, times in load.answers.items()}
        bench.server.start()
        begun = time.monotonic()
        load.more(5)
        back = time.monotonic() - begun
    true(first < 15, f"the first refusal came after {first:.1f} s")
    during = [at for times in load.answers.values() for at in times if stopped + 1 < at < begun - 1]
    equal(during, [], f"answers while there was no database ({answered})")
    for _, _, refusal in load.refusals:
        true(isinstance(refusal, openai.InternalServerError), f"{type(refusal).__name__}: {refusal}")
        equal((refusal.status_code, refusal.code), (503, "audit_unavailable"), "a refusal")
        true(refusal.body["gatehouse"]["exchange"].startswith("exch_"), "the exchange's id in it")
        true(refusal.response.headers.get("retry-after"), "a refusal without Retry-After")
    status, body = shapes["anthropic"]
    equal((status, json.loads(body)["type"]), (503, "error"), "a refusal in Anthropic's shape")
    status, body = shapes["gemini"]
    equal((status, json.loads(body)["error"]["status"]), (503, "UNAVAILABLE"), "a refusal in Gemini's shape")
    equal(call(f"http://127.0.0.1:{one.admin}/readyz")[0], 200, "/readyz when the server is back")
    bench.holds(bench.folder / "earlier.checkpoint")
    found = bench.nothing_is_lost_and_nothing_doubled()
    return f"refused after {first:.1f} s, back after {back:.1f} s; {found}"


@check
def what_is_wrong_with_the_database_is_said_at_the_start(c: Context):
    bench = Bench.of(c)
    server = bench.server
    server.sql("CREATE ROLE guest LOGIN PASSWORD 'pw-guest'")
    server.database("guests")
    good, wrong = server.url("gatehouse"), f"pw-wrong-{os.urandom(8).hex()}"
    cases = {
        "a wrong password": (server.url("gatehouse", password=wrong), "password authentication failed", "storage.url"),
        "a wrong database": (server.url("nowhere"), '"nowhere" does not exist', "CREATE DATABASE"),
        "no rights": (server.url("guests", user="guest", password="pw-guest"), "not let this user", "GRANT CREATE"),
        "no TLS": (server.url("gatehouse", sslmode="disable"), "pg_hba.conf", "sslmode"),
        "a wrong authority": (server.url("gatehouse", sslrootcert=server.stranger), "certificate verify", "sslrootcert"),
        "another host": (good.replace("@localhost", "@db.example"), "does not match host name", "certificate"),
        "no authority": (server.url("gatehouse", sslrootcert="/nowhere/ca.pem"), "/nowhere/ca.pem", "sslrootcert"),
        "an unknown mode": (server.url("gatehouse", sslmode="fulll"), "sslmode", "verify-full"),
        "an unknown parameter": (server.url("gatehouse", sslmod="x"), "not one of PostgreSQL", "parameters"),
        "a slash in the password": (server.url("gatehouse", password=f"{wrong[:9]}/{wrong[9:]}"), "not one of", "%2F"),
    }
    begun, slow = time.monotonic(), []
    running = {name: bench.serve(name, url) for name, (url, _, _) in cases.items()}
    try:
        for name, (_, cause, hint) in cases.items():
            said, _ = running[name].communicate(timeout=30)
            took = time.monotonic() - begun
            bench.explains(name, running[name].returncode, said, cause, hint)
            for secret in (wrong, wrong[:9], wrong[9:], "pw-guest"):
                true(secret not in said, f"{name}: a password is in {said!r}")
            if took > 8:  # a server that does not listen is waited for ten seconds
                slow.append(name)
    finally:
        for each in running.values():
            each.kill()
    equal(slow, [], "what was waited for though waiting does not help")
    return f"{len(cases)} mistakes, the last said after {time.monotonic() - begun:.1f} s"


@check
def no_password_of_the_database_is_told_anywhere(c: Context):
    bench = Bench.of(c)
    one = bench.gateways[0]
    told = {each.folder.name + "'s log": each.log.read_text() for each in bench.gateways}
    true(all("gatehouse" in text for text in told.values()), "the logs say nothing at all")
    for path in ("/api/events?limit=1000", "/api/keys", "/metrics", "/readyz", "/log/checkpoint"):
        status, body = call(f"http://127.0.0.1:{one.admin}{path}", bench.administrator)
        equal(status, 200, path)
        told[path] = body.decode()
    told["events"] = one.command("events", "tail", "--limit", "1000000", "--json")
    told["check"] = one.command("check", "--json")
    for place, text in told.items():
        for secret in (bench.server.password, bench.root):
            true(secret not in text, f"a secret is in {place}")
    return f"{len(told)} places, {sum(len(text) for text in told.values()) // 1000} kB"


@check
def gateways_that_stop_leave_nothing_open(c: Context):
    bench = Bench.of(c)
    with Load(bench, bench.gateways) as load:
        load.more(5)
    equal([each.stop() for each in bench.gateways], [0, 0], "the exit codes")
    # The one that starts last ends what others left open, and says so in the log.
    bench.gateways[1].start()
    equal(bench.gateways[1].stop(), 0, "the exit code")
    ends = collections.defaultdict(set)
    for leaf in bench.leaves():
        ends[leaf["id"]].add(leaf["type"])
    open_ = [id for id, kinds in ends.items() if "exchange.start" in kinds and len(kinds) == 1]
    equal(open_, [], "exchanges without an end")
    equal(bench.server.sql("SELECT count(*) FROM gatehouse.staged", "gatehouse"), ["0"], "what is left staged")
    bench.holds(bench.folder / "earlier.checkpoint")
    return bench.nothing_is_lost_and_nothing_doubled()


try:
    run()
finally:
    if Bench.there is not None:
        Bench.there.close()
