"""kill -9 under load: whatever a client has received whole is in the events of the gateway that comes back."""

import random
import threading
import time
from pathlib import Path

from checks import Context, check, equal, run, true
from gateway import Gateway, provider
from raw import Connection, body, request, whole

ROUNDS, CLIENTS = 4, 16
MODELS = ("mock-normal", "mock-echo", "mock-slow")


def client(gateway: Gateway, key: str, streamed: bool, ids: list[str], finished: threading.Event) -> None:
    """Asks until the gateway is gone, and keeps the id of every answer that came whole."""
    data = request(key, body(stream=True) if streamed else body())
    while not finished.is_set():
        try:
            connection = Connection(gateway.port, 2)
        except OSError:
            return
        try:
            while not finished.is_set():
                connection.bytes = b""
                if not connection.send(data):
                    break
                connection.read(5, whole())
                answers = connection.answers()
                if not answers or not answers[0].complete or answers[0].status != 200:
                    break
                if streamed and not answers[0].body.endswith(b"data: [DONE]\n\n"):
                    break
                ids.append(answers[0].header("gatehouse-exchange-id") or "no id")
        finally:
            connection.close()


def a_round(gateway: Gateway, key: str, delay: float) -> list[str]:
    """Load, kill -9 in the middle of it, and the ids of the answers received until then."""
    gateway.start()
    finished, found = threading.Event(), [[] for _ in range(CLIENTS)]
    threads = [
        threading.Thread(target=client, args=(gateway, key, number % 2 == 0, found[number], finished))
        for number in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    time.sleep(delay)
    gateway.kill()
    finished.set()
    for thread in threads:
        thread.join()
    return [id for ids in found for id in ids]


def gateway(c: Context, name: str) -> Gateway:
    port = int(c.upstream_url.rsplit(":", 1)[1])
    return Gateway(
        Path(c.folder) / name,
        c.upstream_key,
        Path(c.binary),
        providers={"mock": provider(port)},
        models={name: ("mock", name) for name in MODELS},
    )


@check
def every_answered_exchange_is_in_the_events(c: Context):
    crashing = gateway(c, "crash")
    key, _ = crashing.create_key("crash")
    moments, answered = random.Random(c.seed), set()
    try:
        for number in range(ROUNDS):
            ids = a_round(crashing, key, moments.uniform(0.4, 1.5))
            true(
                len(ids) >= 20,
                f"round {number + 1}: only {len(ids)} answers before the kill: too few to prove anything",
            )
            equal(len(set(ids)), len(ids), "ids that are different")
            true("no id" not in ids, "an answer has no Gatehouse-Exchange-Id")
            answered |= set(ids)
            recorded = crashing.event_ids()
            lost = answered - set(recorded)
            true(
                not lost,
                f"round {number + 1}: {len(lost)} of {len(answered)} answered exchanges are not in the events, "
                f"such as {sorted(lost)[:3]}",
            )
            equal(len(set(recorded)), len(recorded), "events that are different")
        crashing.start()
        connection = Connection(crashing.port)
        connection.send(request(key, body()))
        connection.read(5, whole())
        equal([answer.status for answer in connection.answers()], [200], "the answer after the last restart")
        connection.close()
        equal(crashing.stop(), 0, "exit code of a stop after all that")
    finally:
        crashing.kill()
    return f"{len(answered)} answers, {ROUNDS} kills, none lost"


@check
def a_stop_finishes_what_it_has_begun(c: Context):
    stopping = gateway(c, "stop")
    key, _ = stopping.create_key("stop")
    stopping.start()
    try:
        connection = Connection(stopping.port)
        connection.send(request(key, body("mock-slow")))
        time.sleep(0.15)
        ended: list[int | None] = []
        ending = threading.Thread(target=lambda: ended.append(stopping.stop()))
        ending.start()
        connection.read(5, whole())
        answers = connection.answers()
        equal([answer.status for answer in answers], [200], "the answer that was under way")
        connection.close()
        ending.join()
        equal(ended, [0], "exit code")
        true(answers[0].header("gatehouse-exchange-id") in stopping.event_ids(), "its event is missing")
    finally:
        stopping.kill()


run()
