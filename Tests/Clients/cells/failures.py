"""What goes wrong, and what a client must see of it. What the providers can do wrong is in `providers/faults.py`."""

import json
import time
import urllib.request

from providers import faults

from .cell import OWN_FAULTS, STATUSES, Cell, equal, feature, refused, true, whole
from .spec import ARGUMENTS, CLOCK, WEATHER, Ask, Bit


def status_cell(status: int):
    def function(c: Cell):
        wanted = STATUSES[status] if c.gateway else status
        c.not_here(wanted == 422 and c.client.name == "litellm (openai)", "LiteLLM returns nothing at all then")
        if c.gateway and c.client.surface == "anthropic" and wanted == 503:
            wanted = (503, 529)
        error = refused(c, wanted, lambda: c.ask(f"[status {status} retry-after=500]"))
        response = getattr(error, "response", None)
        after = response.headers.get("retry-after") if c.gateway and hasattr(response, "headers") else None
        if after is not None and not c.client.name.startswith("litellm"):
            true(1 <= float(after) <= 60, f"retry-after: {after}")
        true("sk-upstream" not in str(error), "the provider's key is shown")

    feature(f"status {status}")(function)


for each in STATUSES:
    status_cell(each)


@feature("wrong key", streams=(False,))
def wrong_key(c: Cell):
    client = c.client.make("gatehouse_wrong" if c.gateway else "sk-wrong")
    wanted = 400 if not c.gateway and c.provider == "gemini" else 401
    wanted = 403 if not c.gateway and c.provider == "bedrock" else wanted
    c.not_here(c.client.name == "litellm (bedrock)", "its key is not an argument")
    refused(c, wanted, lambda: c.client.ask(Ask(c.model, [c.user("Hello")]), False, client))


@feature("unknown model", streams=(False, True), extractive=True)
def unknown_model(c: Cell):
    wanted = 400 if not c.gateway and c.provider == "bedrock" else 404
    refused(c, wanted, lambda: c.client.ask(Ask("no-such-model", [c.user("Hello")]), c.stream))


@feature("retries where they help", streams=(False,))
def retries(c: Cell):
    c.not_here(not c.client.retries, "the SDK does not look at x-should-retry, or retries by itself only when told")
    cases = (
        [("500", 2), ("400", 1), ("401", 1)]
        if c.gateway
        else [("500", 2), ("400 should=true", 2), ("429 should=false", 1)]
    )
    client = c.client.make(c.context["key"], max_retries=1)
    for index, (status, attempts) in enumerate(cases):
        tag = f"{c.number}-{index}"
        ask = Ask(c.model, [("user", [Bit("text", f"[status {status}] [tag {tag}]")])])
        try:
            c.client.ask(ask, False, client)
        except c.client.errors.base:
            pass
        with urllib.request.urlopen(f"{c.context['records']}/__requests?tag={tag}", timeout=10) as answer:
            equal(len(json.load(answer)), attempts, f"attempts at a provider that answers {status}")


@feature("slow first byte")
def slow(c: Cell):
    whole(c.ask("[slow 0.3]"))


@feature("answer breaks off", streams=(False,), gateway_only=True)
def breaks_off(c: Cell):
    for fault in ("half", "reset"):
        ask = Ask(c.model, [c.user(f"[fault {fault}]")])
        refused(c, (500, 502, 503), lambda ask=ask: c.client.ask(ask, False))


@feature("client leaves", streams=(True,), gateway_only=True)
def leaves(c: Cell):
    c.not_here(not hasattr(c.client, "leave"), "its streams cannot be closed half-way")
    c.client.leave(Ask(c.model, [c.user("[fault hang]")]))
    left = time.time()
    while time.time() < left + 2:
        records = c.requests()
        if records and records[0]["closed"]:
            return
        time.sleep(0.02)
    raise AssertionError("the provider's connection is still open 2 s after the client has left")


def fault_cell(name: str, gateway_only: bool):
    def function(c: Cell):
        wanted = (faults.COMMON | OWN_FAULTS[c.provider]).get(name)
        c.not_here(wanted is None, f"not a fault of {c.provider}")
        c.not_here(name in ("error-200", "minimal") and c.stream, "not in a stream")
        c.not_here(
            "responses" in c.client.name and c.provider == "openai" and name not in faults.COMMON,
            "a fault of chat completions",
        )
        if name == "no-index":
            c.not_here(c.same_shape, "the same shape is forwarded as it comes")
            got = c.ask(f"[parallel] [fault {name}]", tools=[WEATHER, CLOCK])
            return equal([(call.name, call.arguments) for call in got.calls], list(ARGUMENTS.items()), "calls")
        base = c.client.errors.base
        try:
            got = c.ask(f"Hello [fault {name}]")
        except base as error:
            true(wanted in ("error", "either", "refused"), f"an error: {type(error).__name__}: {error}"[:300])
            return
        except AssertionError as failure:
            raise AssertionError(f"no error of the SDK, but: {failure}") from None
        except Exception as failure:
            raise AssertionError(
                f"no error of the SDK, but of its transport: {type(failure).__name__}: {failure}"[:300]
            ) from None
        if wanted == "refused":
            return equal(got.stop, "refusal", "stop reason")
        true(wanted != "error", f"half an answer looked whole: {got.text!r:.80}, stop {got.stop}")
        whole(got, "end" if name != "minimal" else got.stop)
        if name.startswith("usage-") and name not in ("usage-absent", "usage-start"):
            equal((got.usage["input"], got.usage["output"]), (31, 17), "usage")
            equal(got.usages if got.usages is not None else 1, 1, "how often the usage was told")

    streams = (False,) if name in ("minimal", "error-200") else (True,)
    feature(f"fault: {name}", streams, gateway_only)(function)


for each, wanted in (faults.COMMON | {name: how for own in OWN_FAULTS.values() for name, how in own.items()}).items():
    fault_cell(
        each, gateway_only=wanted in ("error", "either") or each in ("no-index", "usage-every", "unnamed-frames")
    )
