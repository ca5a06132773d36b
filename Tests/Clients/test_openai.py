"""The official `openai` package, unmodified, of either major version: what it sends, what it gets, what it raises."""

import asyncio
import base64
import json
import struct

import openai
from checks import Context, card_number, check, equal, github_token, run, true
from upstream import EMAIL, LEAKY_TEXT, TEXT, USAGE

USER = [{"role": "user", "content": "When does the night train leave?"}]
TOOLS = [
    {
        "type": "function",
        "function": {"name": name, "description": "A tool.", "parameters": {"type": "object", "properties": {}}},
    }
    for name in ("weather", "clock")
]


def client(c: Context, **more) -> openai.OpenAI:
    return openai.OpenAI(**{"base_url": c.base_url, "api_key": c.key, "max_retries": 0, "timeout": 30} | more)


def ask(c: Context, model: str = "mock-normal", text: str | None = None, **more):
    messages = USER if text is None else [{"role": "user", "content": text}]
    return client(c).chat.completions.create(model=model, messages=messages, **more)


def read(stream) -> tuple[str, list]:
    """The text of a stream, and all its chunks."""
    chunks = list(stream)
    return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices), chunks


def raised(kind, status, code, action) -> openai.APIStatusError:
    """The error that the action must raise. `status` and `code` may be tuples of what is acceptable; code None: any."""
    try:
        action()
    except openai.APIStatusError as error:
        if not isinstance(error, kind):
            raise AssertionError(
                f"expected {kind.__name__}, found {type(error).__name__} {error.status_code} {error}"
            ) from error
        statuses = status if isinstance(status, tuple) else (status,)
        codes = code if isinstance(code, tuple) else (code,)
        true(error.status_code in statuses, f"status: expected {status}, found {error.status_code} ({error.code})")
        true(code is None or error.code in codes, f"code: expected {code}, found {error.code}")
        true(error.code, "the error has no code")
        true(error.type, "the error has no type")
        true(error.request_id, "the error has no request id")
        true(error.message, "the error has no message")
        return error
    raise AssertionError(f"expected {kind.__name__} ({status}, {code}), but it succeeded")


# What works


@check
def chat(c: Context):
    answer = ask(c)
    equal(answer.choices[0].message.content, TEXT, "content")
    equal(answer.choices[0].finish_reason, "stop", "finish reason")
    equal(answer.model, "mock-normal", "model")
    equal((answer.usage.prompt_tokens, answer.usage.completion_tokens), (11, 19), "usage")
    true(answer._request_id, "the answer has no request id")


@check
def chat_streamed(c: Context):
    text, chunks = read(ask(c, stream=True))
    equal(text, TEXT, "content")
    equal(chunks[0].choices[0].delta.role, "assistant", "role of the first chunk")
    equal(chunks[-1].choices[0].finish_reason, "stop", "finish reason of the last chunk")
    equal(
        {(chunk.id, chunk.created, chunk.model) for chunk in chunks},
        {("chatcmpl-mock", 1790000000, "mock-normal")},
        "id, time and model of all chunks",
    )


@check
def chat_streamed_asynchronously(c: Context):
    async def stream() -> str:
        text = ""
        async with openai.AsyncOpenAI(base_url=c.base_url, api_key=c.key, max_retries=0, timeout=30) as client:
            async for chunk in await client.chat.completions.create(model="mock-normal", messages=USER, stream=True):
                text += chunk.choices[0].delta.content or ""
        return text

    equal(asyncio.run(stream()), TEXT, "content")


@check
def stream_comes_as_it_is_made(c: Context):
    stream = ask(c, "mock-hang-midway", stream=True)
    text = ""
    for chunk in stream:  # the upstream stops after 20 characters and says nothing more
        text += chunk.choices[0].delta.content or ""
        # The scanner may hold back the longest thing that it looks for, but not everything.
        if text:
            break
    stream.close()
    true(TEXT.startswith(text) and text, f"content: {text!r}")


@check
def usage_only_if_asked_for(c: Context):
    for model in ("mock-normal", "mock-usage-every-chunk", "mock-usage-in-last-chunk"):
        after = len(c.requests())
        text, chunks = read(ask(c, model, stream=True))
        equal(text, TEXT, f"{model}: content")
        equal([chunk for chunk in chunks if chunk.usage], [], f"{model}: chunks with usage, not asked for")
        equal([chunk for chunk in chunks if not chunk.choices], [], f"{model}: chunks without choices")
        sent = json.loads(c.requests(after)[-1]["body"])
        equal(sent.get("stream_options", {}).get("include_usage"), True, f"{model}: include_usage sent upstream")


@check
def usage_exactly_once(c: Context):
    for model in ("mock-normal", "mock-usage-every-chunk", "mock-usage-in-last-chunk"):
        text, chunks = read(ask(c, model, stream=True, stream_options={"include_usage": True}))
        equal(text, TEXT, f"{model}: content")
        used = [chunk.usage for chunk in chunks if chunk.usage]
        equal([usage.total_tokens for usage in used], [USAGE["total_tokens"]], f"{model}: usage")


@check
def usage_absent_is_no_error(c: Context):
    equal(ask(c, "mock-usage-absent").choices[0].message.content, TEXT, "content")
    text, chunks = read(ask(c, "mock-usage-absent", stream=True, stream_options={"include_usage": True}))
    equal(text, TEXT, "streamed content")
    true(sum(1 for chunk in chunks if chunk.usage) <= 1, "usage more than once")


@check
def odd_streams_are_understood(c: Context):
    for model in (
        "mock-comments",
        "mock-crlf",
        "mock-empty-choices",
        "mock-until-close",
        "mock-early-hints",
        "mock-slow",
    ):
        text, _ = read(ask(c, model, stream=True))
        equal(text, TEXT, model)


@check
def minimal_and_big_answers(c: Context):
    equal(ask(c, "mock-minimal-body").choices[0].message.content, TEXT, "minimal")
    equal(
        len(ask(c, "mock-big").choices[0].message.content),
        len(TEXT) * (2_000_000 // len(TEXT)),
        "length of the big one",
    )


@check
def unknown_fields_survive_both_ways(c: Context):
    after = len(c.requests())
    vendor = {"ratio": 2.5, "deep": [1, {"word": "é", "none": None}]}
    answer = ask(c, "mock-unknown-fields", extra_body={"x_vendor": vendor}, temperature=0.25)
    equal(answer.model_extra.get("x_vendor"), {"ratio": 2.5, "word": "é"}, "field of the answer")
    equal(answer.choices[0].message.model_extra.get("reasoning_note"), "kept", "field of the message")
    sent = json.loads(c.requests(after)[-1]["body"])
    equal(sent.get("x_vendor"), vendor, "field of the request")
    equal(sent.get("temperature"), 0.25, "temperature")


@check
def client_key_stays_here(c: Context):
    after = len(c.requests())
    client(c, organization="org-acme", project="proj-7").chat.completions.create(model="mock-normal", messages=USER)
    sent = c.requests(after)[-1]
    names = [name.lower() for name, _ in sent["headers"]]
    values = {name.lower(): value for name, value in sent["headers"]}
    equal(values["authorization"], f"Bearer {c.upstream_key}", "authorization sent upstream")
    equal(names.count("authorization"), 1, "number of authorization headers")
    true(c.key not in json.dumps(sent), "the client's key went upstream")


@check
def unicode_and_long_prompts_arrive_whole(c: Context):
    text = 'Grüße, 漢字, 🎉🏳️‍🌈, "quoted" \\ and \u2028 lines\n\ttoo'
    equal(ask(c, "mock-echo", text).choices[0].message.content, text, "echo")
    equal(read(ask(c, "mock-echo", text, stream=True))[0], text, "streamed echo")
    after = len(c.requests())
    long = "All quiet on the northern line. " * 160_000
    equal(ask(c, text=long).choices[0].message.content, TEXT, "answer to 5 MB")
    true(c.requests(after)[-1]["body_length"] > len(long), "the 5 MB prompt did not arrive whole")


@check
def hundred_at_once_get_their_own_answers(c: Context):
    async def all() -> None:
        async with openai.AsyncOpenAI(base_url=c.base_url, api_key=c.key, max_retries=0, timeout=30) as client:

            async def one(number: int) -> None:
                messages = [{"role": "user", "content": f"caller {number} says hello to caller {number}"}]
                streamed = number % 2 == 0
                answer = await client.chat.completions.create(model="mock-echo", messages=messages, stream=streamed)
                if streamed:
                    text = "".join([chunk.choices[0].delta.content or "" async for chunk in answer])
                else:
                    text = answer.choices[0].message.content
                equal(text, messages[0]["content"], f"caller {number}")

            await asyncio.gather(*(one(number) for number in range(100)))

    asyncio.run(all())


@check
def models_listed_and_found(c: Context):
    listed = [model.id for model in client(c).models.list()]
    for name in ("mock-normal", "vendor/slashed-model"):
        true(name in listed, f"{name} is not listed")
        found = client(c).models.retrieve(name)
        equal((found.id, found.object), (name, "model"), "model")
    raised(openai.NotFoundError, 404, "model_not_found", lambda: client(c).models.retrieve("no-such-model"))


@check
def model_with_slash_answers(c: Context):
    equal(ask(c, "vendor/slashed-model").choices[0].message.content, TEXT, "content")


@check
def embeddings_as_floats_and_base64(c: Context):
    texts = ["short", "a longer text"]
    wanted = [[len(text) / 8, 0.5, -0.25, float(index)] for index, text in enumerate(texts)]
    for encoding in ({}, {"encoding_format": "float"}):
        answer = client(c).embeddings.create(model="mock-embeddings", input=texts, **encoding)
        equal([list(item.embedding) for item in answer.data], wanted, f"vectors {encoding}")
        equal(answer.usage.total_tokens, 8, "usage")
    raw = client(c).embeddings.create(model="mock-embeddings", input="x", encoding_format="base64")
    equal(struct.unpack("<4f", base64.b64decode(raw.data[0].embedding)), (0.125, 0.5, -0.25, 0.0), "base64")
    answer = client(c).embeddings.create(model="mock-embeddings", input=[[1, 2, 3], [4, 5]])
    equal(len(answer.data), 2, "vectors for token arrays")


@check
def tools_there_and_back(c: Context):
    first = ask(c, "mock-tools", tools=TOOLS).choices[0]
    equal(first.finish_reason, "tool_calls", "finish reason")
    calls = first.message.tool_calls
    equal([(call.id, call.function.name) for call in calls], [("call_a", "weather"), ("call_b", "clock")], "calls")
    equal(json.loads(calls[0].function.arguments), {"city": "Zürich", "unit": "C"}, "arguments")
    messages = [
        *USER,
        first.message,
        *({"role": "tool", "tool_call_id": call.id, "content": call.function.name + " fine"} for call in calls),
    ]
    answer = client(c).chat.completions.create(model="mock-tools", messages=messages, tools=TOOLS)
    equal(answer.choices[0].message.content, "It says: weather fine; clock fine", "answer")


@check
def tools_streamed(c: Context):
    found: dict[int, list[str]] = {}
    for chunk in ask(c, "mock-tools", tools=TOOLS, stream=True):
        for delta in chunk.choices[0].delta.tool_calls or []:
            call = found.setdefault(delta.index, ["", "", ""])
            call[0] += delta.id or ""
            call[1] += delta.function.name or ""
            call[2] += delta.function.arguments or ""
    equal(
        found,
        {
            0: ["call_a", "weather", '{"city": "Zürich", "unit": "C"}'],
            1: ["call_b", "clock", '{"zone": "Europe/Zurich"}'],
        },
        "calls put together",
    )
    with client(c).chat.completions.stream(model="mock-tools", messages=USER, tools=TOOLS) as stream:
        calls = stream.get_final_completion().choices[0].message.tool_calls
    equal(
        [json.loads(call.function.arguments) for call in calls],
        [{"city": "Zürich", "unit": "C"}, {"zone": "Europe/Zurich"}],
        "the helper's calls",
    )


# What is looked at


@check
def secret_does_not_leave(c: Context):
    token = github_token(c.seed)
    for streamed in (False, True):
        after = len(c.requests())
        answer = ask(c, "mock-echo", f"Why does {token} not work? It is line 3 of my script.", stream=streamed)
        text = read(answer)[0] if streamed else answer.choices[0].message.content
        sent = c.requests(after)[-1]["body"]
        true(token not in sent and token[8:-8] not in sent, "the secret went upstream")
        true("Why does " in sent and " not work? It is line 3 of my script." in sent, f"what surrounds it: {sent}")
        true(token not in text and text.startswith("Why does ") and text.endswith("of my script."), f"answer: {text}")


@check
def secret_in_a_part_and_a_tool_result_does_not_leave(c: Context):
    token = github_token(c.seed + 1)
    after = len(c.requests())
    client(c).chat.completions.create(
        model="mock-normal",
        messages=[
            {
                "role": "user",
                "content": [{"type": "text", "text": f"first {token}"}, {"type": "text", "text": "second"}],
            },
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {
                        "id": "call_a",
                        "type": "function",
                        "function": {"name": "read", "arguments": json.dumps({"key": token})},
                    }
                ],
            },
            {"role": "tool", "tool_call_id": "call_a", "content": f"the file says {token}"},
        ],
    )
    true(token not in c.requests(after)[-1]["body"], "the secret went upstream")


@check
def secret_in_an_embedding_does_not_leave(c: Context):
    token = github_token(c.seed + 2)
    after = len(c.requests())
    client(c).embeddings.create(model="mock-embeddings", input=["plain", f"with {token}"])
    true(token not in c.requests(after)[-1]["body"], "the secret went upstream")


@check
def card_number_is_blocked(c: Context):
    number, after = card_number(c.seed), len(c.requests())
    for streamed in (False, True):
        error = raised(
            openai.BadRequestError,
            400,
            "content_policy_violation",
            lambda: ask(c, text=f"Charge {number} please", stream=streamed),
        )
        true(number not in str(error) and number.replace(" ", "") not in str(error), "the error quotes the number")
    equal(len(c.requests(after)), 0, "requests that reached the upstream")


@check
def email_in_an_answer_is_redacted(c: Context):
    before, behind = LEAKY_TEXT.split(EMAIL)
    text = ask(c, "mock-leaks-email").choices[0].message.content
    true(EMAIL not in text and text.startswith(before) and text.endswith(behind), f"answer: {text}")
    text, chunks = read(ask(c, "mock-leaks-email", stream=True))
    true(EMAIL not in text and text.startswith(before) and text.endswith(behind), f"streamed answer: {text}")
    true(EMAIL.split("@")[0] not in text and EMAIL.split("@")[1] not in text, f"half of it is left: {text}")
    equal(chunks[-1].choices[0].finish_reason, "stop", "finish reason")


@check
def email_in_a_compressed_answer_is_redacted(c: Context):
    text = ask(c, "mock-gzip").choices[0].message.content
    true(EMAIL not in text and text.startswith("Please write to"), f"answer: {text}")


# What fails


@check
def unknown_model(c: Context):
    raised(openai.NotFoundError, 404, "model_not_found", lambda: ask(c, "no-such-model"))


@check
def wrong_revoked_and_missing_keys(c: Context):
    for key in ("gatehouse_wrong", c.key[:-1] + ("a" if c.key[-1] != "a" else "b"), c.revoked_key, "x" * 4000):
        bad = client(c, api_key=key)
        error = raised(
            openai.AuthenticationError,
            401,
            "invalid_api_key",
            lambda: bad.chat.completions.create(model="mock-normal", messages=USER),
        )
        true(key not in str(error), "the error quotes the key")
        raised(openai.AuthenticationError, 401, "invalid_api_key", lambda: list(bad.models.list()))


@check
def malformed_bodies(c: Context):
    for messages in ("not a list", [], None):
        raised(
            openai.BadRequestError,
            400,
            None,
            lambda: client(c).chat.completions.create(model="mock-normal", messages=messages),
        )
    raised(openai.BadRequestError, 400, None, lambda: client(c).chat.completions.create(model=7, messages=USER))


@check
def upstream_refusals_are_mapped(c: Context):
    error = raised(openai.BadRequestError, 400, "invalid_value", lambda: ask(c, "mock-400"))
    equal(error.param, "messages", "param")
    raised(openai.InternalServerError, 502, "upstream_auth_failed", lambda: ask(c, "mock-401"))
    error = raised(openai.RateLimitError, 429, None, lambda: ask(c, "mock-429"))
    equal(error.response.headers.get("retry-after"), "2", "retry-after")
    for model in ("mock-500", "mock-503", "mock-529"):
        raised(openai.InternalServerError, (500, 502, 503, 529), None, lambda: ask(c, model))
        raised(openai.InternalServerError, (500, 502, 503, 529), None, lambda: ask(c, model, stream=True))


@check
def upstream_that_is_not_there(c: Context):
    for streamed in (False, True):
        raised(openai.InternalServerError, (502, 503), None, lambda: ask(c, "refused", stream=streamed))


@check
def upstream_that_hangs(c: Context):
    raised(openai.InternalServerError, 504, "upstream_timeout", lambda: ask(c, "mock-hang"))
    raised(openai.InternalServerError, 504, "upstream_timeout", lambda: ask(c, "mock-hang", stream=True))


@check
def upstream_that_breaks_or_babbles(c: Context):
    models = (
        "mock-reset",
        "mock-reset-midway",
        "mock-half-stream",
        "mock-garbage",
        "mock-garbage-json",
        "mock-html",
        "mock-200-error",
        "mock-huge-head",
        "mock-conflicting-length",
        "mock-length-and-chunks",
    )
    for model in models:
        try:
            raised(openai.InternalServerError, (500, 502, 503), None, lambda: ask(c, model))
        except AssertionError as failure:
            raise AssertionError(f"{model}: {failure}") from failure


@check
def stream_that_breaks_is_an_error(c: Context):
    models = (
        "mock-half-stream",
        "mock-truncated-stream",
        "mock-reset-midway",
        "mock-bad-chunk",
        "mock-garbage-json",
        "mock-hang-midway",
    )
    for model in models:
        text = ""
        try:
            for chunk in ask(c, model, stream=True):
                text += chunk.choices[0].delta.content or ""
        except openai.APIError as error:
            true(not isinstance(error, openai.APIStatusError), f"{model}: a status instead of an error in the stream")
            true(error.code, f"{model}: the error has no code: {error!r}")
            continue
        raise AssertionError(f"{model}: half an answer looked whole: {text!r}")


@check
def error_in_the_stream_is_an_error(c: Context):
    try:
        read(ask(c, "mock-error-frame", stream=True))
    except openai.APIError as error:
        true(error.code, f"the error has no code: {error!r}")
        return
    raise AssertionError("the stream ended as if nothing had happened")


@check
def finished_stream_without_done_is_whole(c: Context):
    equal(read(ask(c, "mock-no-done", stream=True))[0], TEXT, "content")


@check
def upstream_key_is_never_shown(c: Context):
    for streamed in (False, True):
        error = raised(
            openai.InternalServerError, (500, 502, 503), None, lambda: ask(c, "mock-leaky-error", stream=streamed)
        )
        shown = str(error) + error.response.text + str(dict(error.response.headers))
        true(c.upstream_key not in shown, "the upstream's key was shown")


@check
def retries_only_where_they_help(c: Context):
    patient = client(c, max_retries=2)
    for model, attempts in (("mock-401", 1), ("mock-400", 1), ("mock-500", 3)):
        after = len(c.requests())
        try:
            patient.chat.completions.create(model=model, messages=USER)
        except openai.APIStatusError:
            pass
        equal(len(c.requests(after)), attempts, f"{model}: attempts")


@check
def exchange_id_on_every_answer(c: Context):
    raw = client(c).chat.completions.with_raw_response.create(model="mock-normal", messages=USER)
    id = raw.headers.get("gatehouse-exchange-id")
    true(id, "no Gatehouse-Exchange-Id")
    equal(raw.headers.get("x-request-id"), id, "x-request-id")
    with client(c).chat.completions.with_streaming_response.create(
        model="mock-normal", messages=USER, stream=True
    ) as streamed:
        id = streamed.headers.get("gatehouse-exchange-id")
        true(id and streamed.headers.get("x-request-id") == id, "a stream has no exchange id")
        true(streamed.headers["content-type"].startswith("text/event-stream"), "content type of a stream")
    error = raised(openai.NotFoundError, 404, None, lambda: ask(c, "no-such-model"))
    equal(error.response.headers.get("gatehouse-exchange-id"), error.request_id, "exchange id of an error")
    equal(error.response.headers.get("x-should-retry"), "false", "x-should-retry of an error")


run()
