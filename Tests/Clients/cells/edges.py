"""What translations from Anthropic's and Gemini's shapes get wrong, and the edges of each surface."""

import json

from .cell import equal, true
from .spec import CLOCK, IMAGE64, WEATHER
from .trap import Trap, trap, user

# Anthropic's shape in


@trap("Anthropic: events of a stream")
def events(t: Trap):
    body = {"model": t.model, "messages": [user(f"[parallel] {t.tag}")], "max_tokens": 256, "stream": True}
    body["tools"] = [{"name": each["name"], "input_schema": each["schema"]} for each in (WEATHER, CLOCK)]
    answer = t.send("POST", "/v1/messages", body, {"anthropic-version": "2023-06-01"})
    true(answer.status == 200, f"{answer.status}: {answer.body.decode()[:300]}")
    blocks = [
        block.splitlines() for block in answer.body.decode().replace("\r\n", "\n").split("\n\n") if "data: " in block
    ]
    kinds = []
    for lines in blocks:
        event = next((line[7:] for line in lines if line.startswith("event: ")), None)
        data = next(json.loads(line[6:]) for line in lines if line.startswith("data: "))
        equal(event, data["type"], "the event's name")
        kinds.append(data)
    order = [each["type"] for each in kinds if each["type"] != "ping"]
    equal((order[0], order[-2], order[-1]), ("message_start", "message_delta", "message_stop"), "order")
    usage = kinds[-2]["usage"]
    equal((usage.get("input_tokens"), usage["output_tokens"]), (31, 17), "usage in message_delta")
    opened = [each["index"] for each in kinds if each["type"] == "content_block_start"]
    closed = [each["index"] for each in kinds if each["type"] == "content_block_stop"]
    equal((opened, closed), ([0, 1], [0, 1]), "blocks opened and closed")


@trap("Anthropic: what OpenAI's shape has no place for", ("openai", "azure"))
def from_anthropic(t: Trap):
    system = [
        {"type": "text", "text": "One."},
        {"type": "text", "text": "Two.", "cache_control": {"type": "ephemeral"}},
    ]
    stops = ["a1", "b2", "c3", "d4", "e5"]
    answer = t.messages([user(f"[report] {t.tag}")], system=system, top_k=5, stop_sequences=stops)
    found = json.loads(answer.json["content"][0]["text"])
    true(found["system"] in ("One.\n\nTwo.", "One.\nTwo.", "One.Two."), f"system: {found['system']}")
    equal(len(found["settings"]["stop"]), 4, "stop sequences")
    t.dropped(answer, "top_k", "stop")


@trap("Anthropic: results that failed, or hold a picture")
def failed_results(t: Trap):
    picture = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": IMAGE64}}
    tools = [{"name": each["name"], "input_schema": each["schema"]} for each in (WEATHER, CLOCK)]
    turns = [
        user("Weather?"),
        {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", "name": "get_time", "input": {}}]},
        user({"type": "tool_result", "tool_use_id": "toolu_1", "is_error": True, "content": "no clock"}),
        {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_2", "name": "get_weather", "input": {}}]},
        user({"type": "tool_result", "tool_use_id": "toolu_2", "content": [{"type": "text", "text": "look"}, picture]}),
        {"role": "assistant", "content": "I see."},
        user(f"[report] {t.tag}"),
    ]
    found = json.loads(t.messages(turns, tools=tools).json["content"][0]["text"])["turns"]
    true("no clock" in found[2][1][0], f"the first result: {found[2]}")
    if t.provider in ("anthropic", "bedrock", "gemini", "vertex"):
        true("failed" in found[2][1][0], f"that it failed: {found[2]}")
    true("look" in found[4][1][0] and "image:image/png" in json.dumps(found[4]), f"the second result: {found[4]}")


@trap("Anthropic: versions and betas")
def versions(t: Trap):
    for version in ("2023-06-01", "2026-10-21"):
        headers = {"anthropic-version": version, "anthropic-beta": "made-up-2099-01-01"}
        answer = t.messages([user(f"[report] {t.tag}")], headers, temperature=0.5)
        equal(
            json.loads(answer.json["content"][0]["text"])["settings"]["temperature"], 0.5, f"temperature in {version}"
        )


# Gemini's shape in


@trap("Gemini: names that collide, and a stream that is an array")
def collide(t: Trap):
    made = [
        {
            "name": name,
            "description": "A tool.",
            "parameters": {"type": "OBJECT", "properties": {"a": {"type": "STRING"}}},
        }
        for name in ("look.up", "look_up", "look:up")
    ]
    contents = [{"role": "user", "parts": [{"text": f"[parallel] {t.tag}"}]}]
    body = {"contents": contents, "tools": [{"functionDeclarations": made}]}
    key = {"x-goog-api-key": t.context["key"]}
    answer = t.send("POST", f"/v1beta/models/{t.model}:generateContent", body, key, key=False)
    true(answer.status == 200, f"{answer.status}: {answer.body.decode()[:300]}")
    parts = answer.json["candidates"][0]["content"]["parts"]
    equal([part["functionCall"]["name"] for part in parts], ["look.up", "look_up"], "names")
    answer = t.send("POST", f"/v1beta/models/{t.model}:streamGenerateContent", body, key, key=False)
    found = [part for each in answer.json for part in each["candidates"][0]["content"].get("parts", [])]
    equal(
        [part["functionCall"]["name"] for part in found if "functionCall" in part], ["look.up", "look_up"], "streamed"
    )


@trap("Gemini: the key in the query, snake case")
def in_the_query(t: Trap):
    said = [{"role": "user", "parts": [{"text": f"[report] {t.tag}"}]}]
    body = {
        "contents": said,
        "system_instruction": {"parts": [{"text": "Brief."}]},
        "generation_config": {"max_output_tokens": 99},
    }
    answer = t.send("POST", f"/v1/models/{t.model}:generateContent?key={t.context['key']}", body, key=False)
    true(answer.status == 200, f"{answer.status}: {answer.body.decode()[:300]}")
    found = json.loads(answer.json["candidates"][0]["content"]["parts"][0]["text"])
    equal((found["system"], found["settings"]["max_tokens"]), ("Brief.", 99), "system prompt and limit")


# The edges of the surfaces (they have nothing to do with the provider)


@trap("keys in all places", ("openai",))
def keys(t: Trap):
    key, chat = t.context["key"], {"model": t.model, "messages": [user("Hello")]}
    old = {"anthropic-version": "2023-06-01"}
    contents = {"contents": [{"parts": [{"text": "Hello"}]}]}
    azure = f"/openai/deployments/{t.model}/chat/completions?api-version=2024-02-01"
    cases = [
        ("/v1/chat/completions", chat, {"Authorization": f"Bearer {key}"}),
        ("/chat/completions", chat, {"Authorization": f"bearer {key}"}),
        ("/v1/chat/completions", chat, {"api-key": key}),
        (azure, {"messages": [user("Hello")]}, {"api-key": key}),
        (azure, {"messages": [user("Hello")]}, {"Authorization": f"Bearer {key}"}),
        ("/v1/messages", chat | {"max_tokens": 9}, old | {"x-api-key": key}),
        ("/anthropic/v1/messages", chat | {"max_tokens": 9}, old | {"Authorization": f"Bearer {key}"}),
        ("/v1/messages", chat | {"max_tokens": 9}, old | {"x-api-key": key, "Authorization": "Bearer other"}),
        (f"/gemini/v1beta/models/{t.model}:generateContent", contents, {"x-goog-api-key": key}),
        (f"/v1beta/models/{t.model}:generateContent?key={key}", contents, {}),
    ]
    for path, body, headers in cases:
        answer = t.send("POST", path, body, headers, key=False)
        true(answer.status == 200, f"{path} with {sorted(headers)}: {answer.status} {answer.body.decode()[:200]}")
        true(answer.headers.get("request-id") and answer.headers.get("x-request-id"), f"{path}: no request id")


@trap("errors in the caller's shape", ("openai",))
def envelopes(t: Trap):
    old = {"anthropic-version": "2023-06-01"}
    for status, method, path, body, key in (
        (401, "POST", "/v1/messages", {}, False),
        (404, "POST", "/v1/messages/batches/none/such", {}, True),
        (404, "POST", "/v1/messages", {"model": "no-such", "max_tokens": 9, "messages": [user("Hi")]}, True),
        (400, "POST", "/v1/messages", {"model": t.model, "messages": [user("Hi")]}, True),
        (
            400,
            "POST",
            "/v1/messages",
            {"model": t.model, "max_tokens": 9, "messages": [{"role": "robot", "content": "x"}]},
            True,
        ),
        (405, "GET", "/v1/messages", None, True),
    ):
        answer = t.send(method, path, body, old, key=key)
        equal(answer.status, status, f"Anthropic {method} {path}")
        found = answer.json
        true(found["type"] == "error" and found["error"]["type"] and found["error"]["message"], f"{found}")
        true(found.get("request_id") == answer.headers["request-id"], f"request ids: {found}")
        equal(answer.headers.get("x-should-retry"), "false", "x-should-retry")
    contents = {"contents": [{"parts": [{"text": "Hello"}]}]}
    for status, path, body, key in (
        (401, f"/v1beta/models/{t.model}:generateContent", contents, False),
        (404, "/v1beta/models/no-such:generateContent", contents, True),
        (404, f"/v1beta/models/{t.model}:dance", contents, True),
        (400, f"/v1beta/models/{t.model}:generateContent", {"contents": 7}, True),
    ):
        answer = t.send("POST", path, body, {"x-goog-api-key": t.context["key"]} if key else {}, key=False)
        equal(answer.status, status, f"Gemini {path}")
        error = answer.json["error"]
        true(error["code"] == status and error["status"] and error["message"], f"{error}")


@trap("lists of models in the caller's shape", ("openai",))
def lists(t: Trap):
    key = t.context["key"]
    made = t.send("GET", "/v1/models").json
    true(made["object"] == "list" and made["data"][0]["object"] == "model", f"OpenAI: {made['data'][:1]}")
    made = t.send("GET", "/v1/models", headers={"anthropic-version": "2023-06-01"}).json
    true(made["data"][0]["type"] == "model" and "first_id" in made and "has_more" in made, f"Anthropic: {made}")
    for path in ("/v1beta/models", "/v1/models", "/gemini/v1beta/models"):
        made = t.send("GET", path, headers={"x-goog-api-key": key}, key=False).json
        true(made["models"][0]["name"].startswith("models/"), f"Gemini {path}: {str(made)[:200]}")
