"""Bad input on raw sockets: each is answered as it should be, or the connection ends; the gateway does not notice."""

import json
import os
import threading
import time

from checks import Context, check, equal, github_token, run, true
from gateway import open_files, resident_mb
from raw import Connection, ask, body, request, whole

NORMAL = body()
start = {}


def envelope(answer, status, code: str | tuple | None, what: str) -> None:
    """The answer is an error in OpenAI's shape with the exchange's id."""
    true(answer is not None, f"{what}: no answer")
    statuses = status if isinstance(status, tuple) else (status,)
    true(answer.status in statuses, f"{what}: expected {status}, found {answer.status} {answer.body[:200]!r}")
    true((answer.header("content-type") or "").startswith("application/json"), f"{what}: not JSON")
    error = json.loads(answer.body)["error"]
    true({"message", "type", "param", "code"} <= set(error), f"{what}: fields of the error: {sorted(error)}")
    true(error["message"] and error["type"] and error["code"], f"{what}: an empty field: {error}")
    if code is not None:
        codes = code if isinstance(code, tuple) else (code,)
        true(error["code"] in codes, f"{what}: expected {code}, found {error['code']}")
    true(answer.header("gatehouse-exchange-id"), f"{what}: no Gatehouse-Exchange-Id")
    equal(answer.header("x-request-id"), answer.header("gatehouse-exchange-id"), f"{what}: x-request-id")


def refused(c: Context, data: bytes, status, code, what: str) -> None:
    answer, _ = ask(c.port, data)
    envelope(answer, status, code, what)


def alive(c: Context) -> None:
    """The gateway answers as before."""
    answer, _ = ask(c.port, request(c.key, NORMAL))
    true(answer and answer.status == 200, f"the gateway does not answer any more: {answer}")


@check
def a_look_before_the_storm(c: Context):
    for _ in range(20):
        alive(c)
    start["files"], start["memory"] = open_files(c.pid), resident_mb(c.pid)
    return f"{start['files']} files, {start['memory']:.0f} MiB"


@check
def keys(c: Context):
    good = request(c.key, NORMAL)
    refused(c, request(None, NORMAL), 401, "invalid_api_key", "no key")
    for wrong in ("gatehouse_wrong", c.revoked_key, "", "ü", c.key + "x", c.key[:-1], c.key.upper()):
        refused(c, request(wrong, NORMAL), 401, "invalid_api_key", f"key {len(wrong)} long")
    refused(c, good.replace(b"Bearer", b"Basic"), 401, "invalid_api_key", "another scheme")
    for name in (b"x-api-key: ", b"api-key: "):
        answer, _ = ask(c.port, good.replace(b"Authorization: Bearer ", name))
        true(answer and answer.status == 200, f"{name.decode()} is not accepted")
    answer, _ = ask(c.port, good.replace(b"Authorization: Bearer", b"aUTHORIZATION:bearer"))
    true(answer and answer.status == 200, "case matters in the scheme or the header's name")


@check
def routes_and_methods(c: Context):
    for path in (
        "/",
        "/v1",
        "/v1/nothing",
        "/v1/chat/completions/x",
        "/v1/../v1/chat/completions",
        "//v1/chat/completions",
        "/v1/chat%2fcompletions",
    ):
        refused(c, request(c.key, NORMAL, path=path), 404, None, path)
    for method, path in (("GET", "/v1/chat/completions"), ("DELETE", "/v1/embeddings"), ("POST", "/v1/models")):
        answer, _ = ask(c.port, request(c.key, NORMAL if method == "POST" else b"", method=method, path=path))
        envelope(answer, 405, None, f"{method} {path}")
        true(answer.header("allow"), f"{method} {path}: no Allow")
    refused(c, request(c.key, b"", method="BREW"), (405, 501), None, "a method nobody knows")
    answer, _ = ask(c.port, request(c.key, NORMAL, path="/chat/completions"))
    true(answer and answer.status == 200, "the route without /v1")
    answer, _ = ask(c.port, request(c.key, NORMAL, path="/v1/chat/completions?api-version=2026-01-01"))
    true(answer and answer.status == 200, "the route with a query")


@check
def bodies(c: Context):
    cases = {
        "empty": b"",
        "not JSON": b"{",
        "cut": NORMAL[:-1],
        "two values": NORMAL + b"{}",
        "an array": b"[]",
        "a string": b'"x"',
        "no model": b'{"messages":[{"role":"user","content":"x"}]}',
        "no messages": b'{"model":"mock-normal"}',
        "model is a number": b'{"model":1,"messages":[]}',
        "messages is a string": b'{"model":"mock-normal","messages":"x"}',
        "a message is a number": b'{"model":"mock-normal","messages":[1]}',
        "invalid UTF-8": b'{"model":"mock-normal","messages":[{"role":"user","content":"\xff\xfe"}]}',
        "overlong UTF-8": b'{"model":"mock-normal","messages":[{"role":"user","content":"\xc0\xaf"}]}',
        "a raw surrogate": b'{"model":"mock-normal","messages":[{"role":"user","content":"\xed\xa0\x80"}]}',
        "a control character": b'{"model":"mock-normal","messages":[{"role":"user","content":"\x01"}]}',
        "a bad escape": rb'{"model":"mock-normal","messages":[{"role":"user","content":"\x41"}]}',
        "NaN": b'{"model":"mock-normal","temperature":NaN,"messages":[{"role":"user","content":"x"}]}',
        "very deep": b'{"model":"mock-normal","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "the model twice": b'{"model":"mock-normal","model":"mock-echo","messages":[{"role":"user","content":"x"}]}',
        "messages twice": b'{"model":"mock-normal","messages":[{"role":"user","content":"x"}],"messages":[]}',
        "a NUL at the end": NORMAL + b"\0",
    }
    after = len(c.requests())
    for what, content in cases.items():
        refused(c, request(c.key, content), 400, None, what)
    equal(len(c.requests(after)), 0, "bad bodies that reached the upstream")


@check
def body_of_33_megabytes(c: Context):
    large = 33 << 20
    connection = Connection(c.port)
    connection.send(request(c.key, b"", f"Content-Length: {large}", length=False))
    connection.read(5, whole())
    answers = connection.answers()
    envelope(answers[0] if answers else None, 413, "request_too_large", "announced")
    connection.close()
    # The same without saying so before: 33 chunks of 1 MB.
    connection = Connection(c.port)
    connection.send(request(c.key, b"", "Transfer-Encoding: chunked", length=False))
    part = b"100000\r\n" + b" " * (1 << 20) + b"\r\n"
    for _ in range(33):
        if not connection.send(part):
            break
    connection.read(5, whole())
    answers = connection.answers()
    if answers or not connection.closed:
        envelope(answers[0] if answers else None, 413, "request_too_large", "in chunks")
    connection.close()


@check
def body_of_31_megabytes(c: Context):
    content = body(messages=[{"role": "user", "content": "All quiet. " * 2_900_000}])
    true(30 << 20 < len(content) < 32 << 20, "the size of the body")
    answer, _ = ask(c.port, request(c.key, content), 30)
    equal(answer and answer.status, 200, "status")


@check
def header_floods(c: Context):
    flood = [f"X-Flood-{i}: {'a' * 20}" for i in range(5000)]
    refused(c, request(c.key, NORMAL, *flood), 431, None, "many headers")
    refused(c, request(c.key, NORMAL, "X-Large: " + "a" * 1_000_000), 431, None, "a large header")
    refused(c, request(c.key, NORMAL, path="/v1/chat/completions?" + "a" * 1_000_000), (414, 431), None, "a long path")
    connection = Connection(c.port)  # one that never ends
    connection.send(b"GET / HTTP/1.1\r\nHost: x\r\n")
    for number in range(20_000):
        if not connection.send(b"X-%d: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" % number):
            break
    connection.read(3)
    true(connection.closed, "the connection of an endless flood stays open")
    connection.close()


@check
def slow_heads_and_bodies(c: Context):
    limit = c.header_timeout
    measured = {}

    def drip(what: str, first: bytes) -> None:
        connection = Connection(c.port)
        connection.send(first)
        started = time.monotonic()
        while not connection.closed and time.monotonic() - started < limit + 6:
            connection.send(b"a")
            connection.read(0.2)
        measured[what] = (time.monotonic() - started, connection)

    whats = {
        "head": b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        "body": request(c.key, b"", "Content-Length: 5000", length=False) + b'{"model":"',
        "chunked body": request(c.key, b"", "Transfer-Encoding: chunked", length=False) + b"5000\r\n",
    }
    threads = [threading.Thread(target=drip, args=item) for item in whats.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for what, (seconds, connection) in measured.items():
        true(connection.closed, f"a slow {what} keeps its connection for more than {seconds:.1f} s")
        for answer in connection.answers():
            equal(answer.status, 408, f"slow {what}: status")
        connection.close()
    return ", ".join(f"{what} {seconds:.1f} s" for what, (seconds, _) in measured.items())


@check
def two_hundred_slow_clients_hold_up_nobody(c: Context):
    slow = [Connection(c.port) for _ in range(200)]
    for connection in slow:
        connection.send(b"POST /v1/chat/completions HTTP/1.1\r\nX-Slow: ")
    started = time.monotonic()
    for _ in range(20):
        alive(c)
    seconds = time.monotonic() - started
    for connection in slow:
        connection.close()
    true(seconds < 5, f"20 requests took {seconds:.1f} s")


@check
def half_closed_sockets(c: Context):
    whole_request = request(c.key, NORMAL)
    for what, data in (
        ("after a request", whole_request),
        ("in a head", whole_request[:60]),
        ("in a body", whole_request[:-10]),
        ("at once", b""),
    ):
        connection = Connection(c.port)
        connection.send(data)
        connection.half_close()
        connection.read(5)
        true(connection.closed, f"{what}: the connection stays open")
        statuses = [answer.status for answer in connection.answers()]
        allowed = ([], [200]) if data == whole_request else ([], [400])
        true(statuses in allowed, f"{what}: {statuses}")
        connection.close()


@check
def clients_that_leave_at_any_byte(c: Context):
    data = request(c.key, body(stream=True))
    for length in range(0, len(data), 7):
        connection = Connection(c.port)
        connection.send(data[:length])
        if length % 2:
            connection.reset()
        connection.close()
    alive(c)


SMUGGLED = request(None, b"", method="GET", path="/v1/models", host="smuggled")


def smuggling(c: Context) -> dict[str, bytes]:
    """Requests that two servers may read in two ways; behind each waits one that must not be answered."""

    def post(*lines: str | bytes, content: bytes = NORMAL) -> bytes:
        head = [
            b"POST /v1/chat/completions HTTP/1.1",
            b"Host: x",
            b"Authorization: Bearer " + c.key.encode(),
            *(line if isinstance(line, bytes) else line.encode("latin-1") for line in lines),
        ]
        return b"\r\n".join([*head, b"", b""]) + content

    size = len(NORMAL)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (size, NORMAL)
    good, te = f"Content-Length: {size}", "Transfer-Encoding: chunked"
    cases = {
        "length and chunks": post(good, te, content=chunked),
        "chunks and length": post(te, good, content=chunked),
        "chunks and length 0": post(te, "Content-Length: 0", content=chunked),
        "two lengths": post(good, f"Content-Length: {size + 5}"),
        "two lengths, the same": post(good, good),
        "a list of lengths": post(f"Content-Length: {size}, {size}"),
        "a list of two lengths": post(f"Content-Length: {size}, {size + 1}"),
        "a length with a plus": post(f"Content-Length: +{size}"),
        "a negative length": post("Content-Length: -1"),
        "a hexadecimal length": post(f"Content-Length: {size:#x}"),
        "a length with a fraction": post(f"Content-Length: {size}.0"),
        "a length with words": post(f"Content-Length: {size} bytes"),
        "a length of no digits": post("Content-Length: "),
        "a length beyond 64 bits": post("Content-Length: 18446744073709551616"),
        "a length that overflows to the right one": post(f"Content-Length: {(1 << 64) + size}"),
        "chunked, then something else": post("Transfer-Encoding: chunked, identity", content=chunked),
        "something else, then chunked": post("Transfer-Encoding: gzip, chunked", content=chunked),
        "only something else": post("Transfer-Encoding: identity", content=NORMAL),
        "nearly chunked": post("Transfer-Encoding: xchunked", content=chunked),
        "quoted chunked": post('Transfer-Encoding: "chunked"', content=chunked),
        "chunked twice": post(te, te, content=chunked),
        "chunked, chunked": post("Transfer-Encoding: chunked, chunked", content=chunked),
        "chunked after a vertical tab": post(b"Transfer-Encoding: \x0bchunked", content=chunked),
        "chunked before a NUL": post(b"Transfer-Encoding: chunked\x00", content=chunked),
        "chunked in HTTP/1.0": post(te, content=chunked).replace(b"HTTP/1.1", b"HTTP/1.0", 1),
        "a space before the colon": post("Transfer-Encoding : chunked", content=chunked),
        "a space in the length's name": post(f"Content Length: {size}"),
        "a space before the name": post(f" Content-Length: {size}"),
        "a folded header": post("X-Folded: a", "\tb", good),
        "a folded transfer encoding": post("Transfer-Encoding:", " chunked", content=chunked),
        "bare line feeds": post(good).replace(b"\r\n", b"\n"),
        "one bare line feed": post(b"X-A: b\nX-B: c", good),
        "a bare carriage return": post(b"X-A: b\rContent-Length: 0", good),
        "a header without a colon": post("Nonsense", good),
        "a header without a name": post(": value", good),
        "a NUL in a header": post(b"X-A: b\x00c", good),
        "a chunk size with 0x": post(te, content=b"0x" + chunked),
        "a negative chunk size": post(te, content=b"-1\r\n\r\n0\r\n\r\n"),
        "a chunk size of no digits": post(te, content=b"\r\n" + chunked),
        "a chunk size beyond 64 bits": post(te, content=b"1" + b"0" * 16 + b"\r\n" + NORMAL),
        "a chunk size before a space": post(te, content=chunked.replace(b"\r\n", b" \r\n", 1)),
        "a chunk size that ends in a line feed": post(te, content=chunked.replace(b"\r\n", b"\n", 1)),
        "a chunk that is longer than its size": post(te, content=b"%x\r\n%s\r\n0\r\n\r\n" % (size - 2, NORMAL)),
        "an extension with a line feed": post(te, content=chunked.replace(b"\r\n", b";a=\nb\r\n", 1)),
        "a trailer that sets the length": post(te, content=chunked[:-2] + b"Content-Length: 5\r\n\r\n"),
        "a trailer without a colon": post(te, content=chunked[:-2] + b"nonsense\r\n\r\n"),
        "no host": post(good).replace(b"Host: x\r\n", b"", 1),
        "two hosts": post(good, "Host: y"),
        "a host with a path": post(good).replace(b"Host: x", b"Host: x/y@z", 1),
        "two spaces in the first line": post(good).replace(b"POST ", b"POST  ", 1),
        "a tab in the first line": post(good).replace(b"POST ", b"POST\t", 1),
        "no version": post(good).replace(b" HTTP/1.1", b"", 1),
        "a version of the future": post(good).replace(b"HTTP/1.1", b"HTTP/1.9", 1),
        "HTTP/2.0": post(good).replace(b"HTTP/1.1", b"HTTP/2.0", 1),
        "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "a fragment in the path": post(good).replace(b"/completions ", b"/completions#x ", 1),
        "a byte above 127 in the path": post(good).replace(b"/completions ", b"/compl\xc3\xa9tions ", 1),
        "a TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500,
    }
    return {what: data + SMUGGLED for what, data in cases.items()}


@check
def smuggling_attempts(c: Context):
    cases, after = smuggling(c), len(c.requests())
    for what, data in cases.items():
        connection = Connection(c.port)
        connection.send(data)
        connection.read(5)
        true(connection.closed, f"{what}: the connection stays open")
        answers = connection.answers()
        true(len(answers) <= 1, f"{what}: {len(answers)} answers")
        for answer in answers:
            true(answer.status >= 400, f"{what}: answered with {answer.status}")
            envelope(answer, (400, 411, 417, 431, 501, 505), None, what)
        connection.close()
    equal([record["path"] for record in c.requests(after)], [], "requests that reached the upstream")
    return f"{len(cases)} attempts"


@check
def odd_but_valid_requests(c: Context):
    size = len(NORMAL)
    half = size // 2
    chunks = b"%x\r\n%s\r\n%X\r\n%s\r\n000\r\nX-Trailer: a\r\n\r\n" % (
        half,
        NORMAL[:half],
        size - half,
        NORMAL[half:],
    )
    cases = {
        "chunks, a trailer": request(c.key, b"", "Transfer-Encoding: chunked", length=False) + chunks,
        "CHUNKED": request(c.key, b"", "tRANSFER-eNCODING:  CHUNKED", length=False) + chunks,
        "an empty line before": b"\r\n" + request(c.key, NORMAL),
        "HTTP/1.0": request(c.key, NORMAL, version="HTTP/1.0"),
        "an empty header": request(c.key, NORMAL, "X-Empty:"),
        "headers of SDKs": request(
            c.key, NORMAL, "x-stainless-lang: python", "OpenAI-Organization: o", "Idempotency-Key: 1"
        ),
    }
    for what, data in cases.items():
        answer, _ = ask(c.port, data)
        equal(answer and answer.status, 200, what)
    connection = Connection(c.port)
    data = request(c.key, NORMAL, "Expect: 100-continue")
    connection.send(data[:-size])
    connection.read(3, lambda connection: b"\r\n\r\n" in connection.bytes)
    true(connection.bytes.startswith(b"HTTP/1.1 100 "), f"100-continue: {connection.bytes[:60]!r}")
    connection.send(NORMAL)
    connection.read(5, whole())
    equal([answer.status for answer in connection.answers()], [200], "after 100-continue")
    connection.close()


@check
def pipelined_requests_are_answered_in_order(c: Context):
    connection = Connection(c.port)
    connection.send(
        b"".join(
            request(c.key, body("mock-echo", messages=[{"role": "user", "content": f"number {n}"}])) for n in range(10)
        )
    )
    connection.read(10, whole(10))
    found = [json.loads(answer.body)["choices"][0]["message"]["content"] for answer in connection.answers()]
    equal(found, [f"number {n}" for n in range(10)], "answers")
    connection.close()


@check
def bytes_one_by_one(c: Context):
    connection = Connection(c.port)
    for byte in request(c.key, NORMAL):
        connection.send(bytes([byte]))
    connection.read(5, whole())
    equal([answer.status for answer in connection.answers()], [200], "answers")
    connection.close()


@check
def secrets_in_escapes_are_found(c: Context):
    token, after = github_token(c.seed + 3), len(c.requests())
    spelled = "".join(f"\\u{ord(letter):04x}" for letter in token)
    for content in (
        b'{"model":"mock-normal","messages":[{"role":"user","content":"use %s now"}]}' % spelled.encode(),
        b'{"\\u006dodel":"mock-normal","messages":[{"role":"user","c\\u006fntent":"use %s now"}]}' % token.encode(),
    ):
        answer, _ = ask(c.port, request(c.key, content))
        true(answer and answer.status in (200, 400), f"status: {answer and answer.status}")
    for sent in c.requests(after):
        true(token not in json.dumps(json.loads(sent["body"])), "an escaped secret went upstream")


@check
def a_client_that_does_not_read(c: Context):
    connection = Connection(c.port)
    connection.send(request(c.key, body("mock-big")) * 10)
    time.sleep(1)
    alive(c)
    true(
        resident_mb(c.pid) < start.get("memory", 0) + 150,
        f"{resident_mb(c.pid):.0f} MiB for one client that does not read",
    )
    connection.close()


@check
def nothing_is_left_behind(c: Context):
    os.kill(c.pid, 0)
    alive(c)
    end = time.monotonic() + 5
    while (files := open_files(c.pid)) > start["files"] + 5 and time.monotonic() < end:
        time.sleep(0.1)
    memory = resident_mb(c.pid)
    true(files <= start["files"] + 5, f"files: {start['files']} before, {files} after")
    true(memory <= start["memory"] + 120, f"memory: {start['memory']:.0f} MiB before, {memory:.0f} after")
    return f"{files} files, {memory:.0f} MiB"


run()
