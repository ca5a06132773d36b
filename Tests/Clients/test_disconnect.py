"""A client that goes away: the upstream's connection is closed at once, so that nobody pays for words nobody reads."""

import time

from checks import Context, check, run, true
from raw import Connection, body, request

LIMIT = 1.0  # seconds; the aim is 0.1, the rest is for machines that are busy with other things


def closed_after(c: Context, after: int, left: float) -> float:
    """Seconds from the client's leaving to the end of the upstream's connection."""
    end = time.monotonic() + LIMIT + 2
    while time.monotonic() < end:
        records = c.requests(after)
        if records and records[0]["closed"]:
            return records[0]["closed"] - left
        time.sleep(0.01)
    raise AssertionError(f"the upstream's connection was still open {LIMIT + 2:.0f} s after the client had left")


def leave(c: Context, data: bytes, ready, reset: bool = False) -> float:
    after = len(c.requests())
    connection = Connection(c.port)
    connection.send(data)
    connection.read(5, ready)
    true(ready(connection), f"nothing came to interrupt: {connection.bytes[:200]!r}")
    if reset:
        connection.reset()
    left = time.time()
    connection.close()
    return closed_after(c, after, left)


def judge(times: list[float]) -> str:
    times.sort()
    measured = f"median {times[len(times) // 2] * 1000:.0f} ms, most {times[-1] * 1000:.0f} ms"
    true(times[-1] < LIMIT, measured)
    return measured


@check
def in_the_middle_of_a_stream(c: Context):
    data = request(c.key, body("mock-endless", stream=True))
    return judge(
        [
            leave(c, data, lambda connection: connection.bytes.count(b"data: {") >= 3, reset=number % 2 == 1)
            for number in range(10)
        ]
    )


@check
def before_the_first_byte(c: Context):
    times = []
    for streamed in (False, True):
        data = request(c.key, body("mock-hang", stream=streamed))
        after = len(c.requests())
        times.append(leave(c, data, lambda _: len(c.requests(after)) > 0))
    return judge(times)


@check
def many_at_once(c: Context):
    after = len(c.requests())
    connections = [Connection(c.port) for _ in range(50)]
    for connection in connections:
        connection.send(request(c.key, body("mock-endless", stream=True)))
    for connection in connections:
        connection.read(5, lambda connection: b"data: {" in connection.bytes)
    left = time.time()
    for connection in connections:
        connection.close()
    end = time.monotonic() + LIMIT + 2
    while any(not record["closed"] for record in c.requests(after)) and time.monotonic() < end:
        time.sleep(0.02)
    records = c.requests(after)
    true(len(records) == 50, f"{len(records)} of 50 streams reached the upstream")
    true(all(record["closed"] for record in records), "some upstream connections stay open")
    return judge([record["closed"] - left for record in records])


run()
