"""What translations from OpenAI's shape get wrong."""

import json

from providers.story import TEXT, sample

from .cell import equal, true
from .spec import PDF64, TOWN
from .trap import CHATS, TOOLS, TRANSLATED, Trap, call, trap, user

# OpenAI's shape in


@trap("empty and blank text", TRANSLATED)
def blank(t: Trap):
    history = [user("", "Hello", "  "), {"role": "assistant", "content": ""}, user(f"[report] {t.tag}")]
    found = t.report([{"role": "system", "content": ""}, *history])
    said = [each for _, parts in found["turns"] for each in parts]
    true("text:Hello" in said and f"text:[report] {t.tag}" in said, f"turns: {found['turns']}")


@trap("the same role twice", TRANSLATED)
def twice(t: Trap):
    said = {"role": "assistant", "content": "Yes."}
    found = t.report([user("One"), user("Two"), said, said, user(f"[report] {t.tag}")])
    wanted = [["user", ["text:One", "text:Two"]], ["assistant", ["text:Yes.", "text:Yes."]]]
    equal(found["turns"][:2], wanted, "turns")


@trap("system and developer messages, in the middle too", TRANSLATED)
def systems(t: Trap):
    messages = [{"role": "system", "content": "First."}, user("One"), {"role": "developer", "content": "Second."}]
    found = t.report([*messages, user(f"[report] {t.tag}")])
    equal(found["system"], "First.\n\nSecond.", "system prompt")


@trap("results in a row, then a question", TRANSLATED)
def results_in_a_row(t: Trap):
    calls = [
        call("call_a", "get_weather", '{"city": "Bern", "days": 1}'),
        call("call_b", "get_time", '{"zone": "UTC"}'),
    ]
    messages = [
        user("Weather and time?"),
        {"role": "assistant", "content": None, "tool_calls": calls},
        {"role": "tool", "tool_call_id": "call_b", "content": "noon"},
        {"role": "tool", "tool_call_id": "call_a", "content": "sunny"},
        {"role": "assistant", "content": "Sunny noon."},
        user(f"[report] {t.tag}"),
    ]
    found = t.report(messages, tools=TOOLS)["turns"]
    equal(sorted(found[2][1]), ["result:noon", "result:sunny"], "results")
    equal(found[2][0], "user", "their role")
    messages[4:] = [user(f"Go on {t.tag}")]
    answer = t.chat(messages, tools=TOOLS)
    true(answer.text.startswith("It says: ") and "get_weather=sunny" in answer.text, f"text: {answer.text}")


@trap("arguments that are empty or no JSON", TRANSLATED)
def bad_arguments(t: Trap):
    for arguments in ("", "not json", "[]"):
        messages = [
            user("Weather?"),
            {"role": "assistant", "content": None, "tool_calls": [call("call_a", "get_weather", arguments)]},
            {"role": "tool", "tool_call_id": "call_a", "content": "sunny"},
            user(f"Go on {t.tag}"),
        ]
        true("get_weather=sunny" in t.chat(messages, tools=TOOLS).text, "the result is lost")


@trap("ids that another provider made", TRANSLATED)
def foreign_ids(t: Trap):
    for id in ("call_1__thought__c2lnbmVk/+8=", "x" * 300, "chatcmpl-tool:7.1"):
        messages = [
            user("Weather?"),
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [call(id, "get_weather", '{"city": "Bern", "days": 1}')],
            },
            {"role": "tool", "tool_call_id": id, "content": "sunny"},
            user(f"Go on {t.tag}"),
        ]
        true("get_weather=sunny" in t.chat(messages, tools=TOOLS).text, f"the result of {id:.40}")


@trap("a tool without parameters", TRANSLATED)
def no_parameters(t: Trap):
    tool = {"type": "function", "function": {"name": "ping"}}
    found = t.chat([user(f"[tools] {t.tag}")], tools=[tool]).json["choices"][0]["message"]["tool_calls"]
    equal(
        [(each["function"]["name"], json.loads(each["function"]["arguments"])) for each in found],
        [("ping", {})],
        "call",
    )


@trap("schemas with references, unions and closed objects", TRANSLATED)
def schemas(t: Trap):
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": {
            "place": {"$ref": "#/$defs/Place"},
            "when": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
            "address": {"type": "string", "format": "uri"},
            "level": {"type": "integer", "enum": [1, 2, 3]},
            "list": {"type": "array", "items": {"type": ["string", "null"]}},
        },
        "required": ["place"],
        "additionalProperties": False,
        "$defs": {
            "Place": {"type": "object", "properties": {"name": {"type": "string"}}, "additionalProperties": False}
        },
    }
    tool = {"type": "function", "function": {"name": "visit", "description": "Visits.", "parameters": schema}}
    made = t.chat([user(f"[tools] {t.tag}")], tools=[tool]).json["choices"][0]["message"]["tool_calls"][0]
    equal(json.loads(made["function"]["arguments"])["place"], {"name": "Zürich"}, "the place")


@trap("a response format, whole")
def formats(t: Trap):
    form = {"name": "town", "schema": TOWN, "strict": True}
    answer = t.chat([user(f"Which town? {t.tag}")], response_format={"type": "json_schema", "json_schema": form})
    equal(json.loads(answer.text), sample(TOWN), "the object")
    equal(answer.json["choices"][0]["finish_reason"], "stop", "finish reason")
    answer = t.chat([user(f"Which town? As json. {t.tag}")], response_format={"type": "json_object"})
    if t.provider not in ("anthropic", "bedrock"):
        equal(json.loads(answer.text), {"city": "Zürich"}, "any object")


@trap("no limit of the output", TRANSLATED)
def no_limit(t: Trap):
    found = t.report([user(f"[report] {t.tag}")], max_tokens=None)
    if t.provider == "anthropic":
        true(found["settings"]["max_tokens"] >= 1024, f"the default limit: {found['settings']}")


@trap("max_completion_tokens wins", TRANSLATED)
def both_limits(t: Trap):
    found = t.report([user(f"[report] {t.tag}")], max_tokens=300, max_completion_tokens=200)
    equal(found["settings"]["max_tokens"], 200, "limit")


@trap("temperature above 1", ("anthropic", "bedrock"))
def hot(t: Trap):
    answer = t.chat([user(f"[report] {t.tag}")], temperature=1.5)
    equal(json.loads(answer.text)["settings"]["temperature"], 1, "temperature")
    t.dropped(answer, "temperature")


@trap("parameters without an equal are dropped and named", TRANSLATED)
def dropped(t: Trap):
    given = {"logit_bias": {"50256": -100}, "seed": 7, "presence_penalty": 0.5, "frequency_penalty": 0.5}
    answer = t.chat([user(f"[report] {t.tag}")], **given, prompt_cache_key="k", verbosity="low", x_strange=1)
    names = ["logit_bias", "verbosity", "x_strange"]
    t.dropped(answer, *names, *(["seed", "presence_penalty"] if t.provider in ("anthropic", "bedrock") else []))
    if t.provider in ("gemini", "vertex"):
        equal(json.loads(answer.text)["settings"]["seed"], 7, "seed")


@trap("the user is not told in clear", ("anthropic",))
def person(t: Trap):
    found = t.report([user(f"[report] {t.tag}")], user="ann@mailbox.org")["settings"]
    true("@" not in found.get("user", ""), f"user: {found.get('user')}")


@trap("stop sequences of white space", ("anthropic",))
def blank_stop(t: Trap):
    answer = t.chat([user(f"Hello {t.tag}")], stop=["\n\n", "Frühstück"])
    equal(answer.text, TEXT[: TEXT.index("Frühstück")], "text")
    t.dropped(answer, "stop")


@trap("nothing but a system prompt", ("gemini", "vertex"))
def system_alone(t: Trap):
    equal(t.chat([{"role": "system", "content": "Say hello."}]).text, TEXT, "text")


@trap("thinking with a temperature and a forced tool", ("anthropic", "bedrock"))
def forced_thinking(t: Trap):
    answer = t.chat([user(f"Hello {t.tag}")], reasoning_effort="low", temperature=0.2, max_tokens=4000)
    equal(answer.text, TEXT, "text")
    made = t.chat(
        [user(f"Hello {t.tag}")], reasoning_effort="low", tools=TOOLS, tool_choice="required", max_tokens=4000
    )
    equal(len(made.json["choices"][0]["message"]["tool_calls"]), 1, "calls")


@trap("documents whose names are not allowed", ("bedrock",))
def names(t: Trap):
    def file(name: str) -> dict:
        return {"type": "file", "file": {"filename": name, "file_data": f"data:application/pdf;base64,{PDF64}"}}

    found = t.report([user(f"[report] {t.tag}", file("a_b..c  d.pdf"), file("a_b..c  d.pdf"), file("ü.pdf"))])
    equal(sum(each.startswith("document:") for each in found["turns"][0][1]), 3, "documents")


@trap("documents and images alone", ("bedrock", "anthropic", "gemini"))
def alone(t: Trap):
    file = {"type": "file", "file": {"filename": "a.pdf", "file_data": f"data:application/pdf;base64,{PDF64}"}}
    found = t.report([user(file), {"role": "assistant", "content": "I see."}, user(f"[report] {t.tag}")])
    true(any(each.startswith("document:") for each in found["turns"][0][1]), f"turns: {found['turns']}")


def refused(
    t: Trap, body, path: str | None = None, status: tuple = (400,), where: str = "/v1/chat/completions"
) -> dict:
    answer = t.send("POST", where, body)
    true(answer.status in status, f"expected {status}, found {answer.status}: {answer.body.decode()[:300]}")
    error = answer.json["error"]
    true(error["message"] and error["type"] and error["code"], f"error: {error}")
    if path is not None:
        true(path in (error.get("param") or "") or path in error["message"], f"the path {path} is not told: {error}")
    return error


@trap("media that are not what they claim", TRANSLATED)
def bad_media(t: Trap):
    def image(url: str) -> dict:
        return {"model": t.model, "messages": [user("Look", {"type": "image_url", "image_url": {"url": url}})]}

    refused(t, image("data:image/bmp;base64,Qk0="), "messages[0].content[1]")
    refused(t, image("data:image/png;base64,%%%"), "messages[0].content[1]")
    refused(t, image("file:///etc/passwd"), "messages[0].content[1]")


@trap("bodies that are wrong")
def bad_bodies(t: Trap):
    good = {"model": t.model, "messages": [user("Hello")]}
    refused(t, json.dumps(good).encode()[:-5])
    refused(t, b"[" * 10_000 + b"]" * 10_000)
    refused(t, json.dumps(good).encode()[:-1] + b', "model": "other"}')
    refused(t, good | {"messages": []}, "messages")
    refused(t, good | {"messages": "Hello"}, "messages")
    if t.provider not in ("openai", "azure"):
        refused(t, good | {"messages": [{"role": "robot", "content": "Hello"}]}, "messages[0].role")
        refused(t, good | {"messages": [user("a"), {"role": "user", "content": 7}]}, "messages[1].content")
        refused(t, good | {"messages": [user({"type": "smell", "smell": "roses"})]}, "messages[0].content[0]")
        refused(t, good | {"messages": [{"role": "tool", "content": "x"}]}, "messages[0]")


@trap("the chunks of a stream", CHATS)
def chunks(t: Trap):
    body = {"model": t.model, "messages": [user(f"Hello {t.tag}")], "max_tokens": 99, "stream": True}
    answer = t.send("POST", "/v1/chat/completions", body | {"stream_options": {"include_usage": True}})
    true(answer.headers["content-type"].startswith("text/event-stream"), f"type: {answer.headers['content-type']}")
    true("content-length" not in answer.headers, "a stream has a length")
    lines = [line for line in answer.body.decode().splitlines() if line.startswith("data: ")]
    equal([lines.count("data: [DONE]"), lines[-1]], [1, "data: [DONE]"], "[DONE]")
    found = [json.loads(line[6:]) for line in lines[:-1]]
    found = [each for each in found if each["choices"] or each.get("usage")]
    equal(len({(each["id"], each["model"], each["created"]) for each in found}), 1, "ids, models and times")
    true(all(each["object"] == "chat.completion.chunk" for each in found), "object")
    usages = [each for each in found if each.get("usage")]
    equal((len(usages), usages[0]["choices"]), (1, []), "chunks with usage")
    finished = [each["choices"][0]["finish_reason"] for each in found if each["choices"]]
    equal((finished[-1], set(finished[:-1])), ("stop", {None}), "finish reasons")
    equal(found[0]["choices"][0]["delta"].get("role"), "assistant", "the first role")


@trap("responses: the numbers of events, up to an error")
def numbers(t: Trap):
    body = {"model": t.model, "input": f"[long] [fault mid-error] {t.tag}", "stream": True}
    answer = t.send("POST", "/v1/responses", body)
    true(answer.status == 200, f"{answer.status}: {answer.body.decode()[:300]}")
    lines = [json.loads(line[6:]) for line in answer.body.decode().splitlines() if line.startswith("data: {")]
    true(lines[-1]["type"] in ("error", "response.failed"), f"the last event: {lines[-1]}")
    found = [each["sequence_number"] for each in lines]
    equal(found, sorted(set(found)), "the numbers of the events")
