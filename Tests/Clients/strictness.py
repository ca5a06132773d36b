#!/usr/bin/env python3
"""The scripted providers refuse what the real ones refuse: each line of the table is a request that a wrong translation
could make, beside a good one that is taken.
"""

import http.client
import json
import shutil
import sys
import tempfile
from pathlib import Path

import gateway
import venvs
from matrix import Providers

HELLO = [{"role": "user", "content": "Hello"}]
CHAT = {"model": "m", "messages": HELLO}
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
MESSAGE = {"model": "m", "max_tokens": 100, "messages": HELLO}
USE = {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "f", "input": {}}]}
RESULT = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "ok"}]}
TOOL = {"name": "f", "input_schema": {"type": "object"}}
CONTENT = {"contents": [{"role": "user", "parts": [{"text": "Hello"}]}]}
SAID = {"role": "user", "content": [{"text": "Hello"}]}
CONVERSE = {"messages": [SAID]}
BMP = {"type": "image_url", "image_url": {"url": "data:image/bmp;base64,Qk0="}}


def declared(schema: dict) -> dict:
    """A Gemini request with a tool of this schema."""
    return CONTENT | {"tools": [{"functionDeclarations": [{"name": "f", "parameters": schema}]}]}


# What is wrong with it, the provider, the body. The first of each provider is good.
TABLE = [
    ("", "openai", CHAT),
    ("an unknown field", "openai", CHAT | {"top_k": 5}),
    ("a temperature of 3", "openai", CHAT | {"temperature": 3}),
    ("five stop sequences", "openai", CHAT | {"stop": list("abcde")}),
    ("both limits", "openai", CHAT | {"max_tokens": 1, "max_completion_tokens": 1}),
    ("a choice of tools without tools", "openai", CHAT | {"tool_choice": "auto"}),
    ("stream options without a stream", "openai", CHAT | {"stream_options": {"include_usage": True}}),
    (
        "a call without its result",
        "openai",
        CHAT | {"messages": [*HELLO, {"role": "assistant", "tool_calls": [CALL]}, *HELLO]},
    ),
    (
        "a result without its call",
        "openai",
        CHAT | {"messages": [{"role": "tool", "tool_call_id": "c1", "content": "ok"}]},
    ),
    (
        "an empty list of calls",
        "openai",
        CHAT | {"messages": [*HELLO, {"role": "assistant", "content": "x", "tool_calls": []}]},
    ),
    ("a picture of another type", "openai", CHAT | {"messages": [{"role": "user", "content": [BMP]}]}),
    ("", "anthropic", MESSAGE),
    ("no limit", "anthropic", {"model": "m", "messages": HELLO}),
    ("an unknown field", "anthropic", MESSAGE | {"stop": ["x"]}),
    ("a temperature of 1.5", "anthropic", MESSAGE | {"temperature": 1.5}),
    (
        "an empty text",
        "anthropic",
        MESSAGE | {"messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]},
    ),
    ("a blank text", "anthropic", MESSAGE | {"messages": [{"role": "user", "content": " \n"}]}),
    ("an assistant first", "anthropic", MESSAGE | {"messages": [{"role": "assistant", "content": "Hi"}, *HELLO]}),
    ("a history of tools without tools", "anthropic", MESSAGE | {"messages": [*HELLO, USE, RESULT]}),
    ("a call without its result", "anthropic", MESSAGE | {"messages": [*HELLO, USE, *HELLO], "tools": [TOOL]}),
    ("a system role", "anthropic", MESSAGE | {"messages": [{"role": "system", "content": "x"}, *HELLO]}),
    ("a blank stop sequence", "anthropic", MESSAGE | {"stop_sequences": ["\n"]}),
    ("a thought with too small a budget", "anthropic", MESSAGE | {"thinking": {"type": "enabled", "budget_tokens": 9}}),
    ("a mail address", "anthropic", MESSAGE | {"metadata": {"user_id": "a@b.example"}}),
    (
        "a forged thought",
        "anthropic",
        MESSAGE
        | {
            "messages": [
                *HELLO,
                {"role": "assistant", "content": [{"type": "thinking", "thinking": "x", "signature": "y"}]},
                *HELLO,
            ]
        },
    ),
    ("", "gemini", CONTENT),
    ("no contents", "gemini", {"contents": []}),
    ("an unknown field", "gemini", CONTENT | {"max_tokens": 5}),
    ("a part with nothing", "gemini", {"contents": [{"parts": [{}]}]}),
    ("a closed object", "gemini", declared({"type": "object", "additionalProperties": False})),
    ("a reference", "gemini", declared({"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}})),
    ("an array without items", "gemini", declared({"type": "object", "properties": {"a": {"type": "array"}}})),
    (
        "an enumeration of numbers",
        "gemini",
        declared({"type": "object", "properties": {"a": {"type": "integer", "enum": [1]}}}),
    ),
    (
        "a schema without its media type",
        "gemini",
        CONTENT | {"generationConfig": {"responseSchema": {"type": "string"}}},
    ),
    ("", "bedrock", CONVERSE),
    ("no messages", "bedrock", {"messages": []}),
    ("an unknown field", "bedrock", CONVERSE | {"max_tokens": 5}),
    ("the same role twice", "bedrock", {"messages": [SAID, SAID]}),
    ("an assistant first", "bedrock", {"messages": [{"role": "assistant", "content": [{"text": "Hi"}]}, SAID]}),
    ("a blank text", "bedrock", {"messages": [{"role": "user", "content": [{"text": " "}]}]}),
    (
        "two things in one block",
        "bedrock",
        {"messages": [{"role": "user", "content": [{"text": "a", "cachePoint": {"type": "default"}}]}]},
    ),
    (
        "a tool without toolConfig",
        "bedrock",
        {
            "messages": [
                SAID,
                {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t", "name": "f", "input": {}}}]},
                {"role": "user", "content": [{"toolResult": {"toolUseId": "t", "content": [{"text": "ok"}]}}]},
            ]
        },
    ),
    ("an unknown field for the model", "bedrock", CONVERSE | {"additionalModelRequestFields": {"seed": 1}}),
]
PATHS = {
    "openai": "/v1/chat/completions",
    "anthropic": "/v1/messages",
    "gemini": "/v1beta/models/gemini-2.5-flash:generateContent",
    "bedrock": "/model/anthropic.claude/converse",
}
# Credentials that are not right, and the status for them.
FORGED = [
    ("openai", {"Authorization": "Bearer sk-other"}, 401),
    ("azure", {"api-key": "sk-other"}, 401),
    ("anthropic", {"x-api-key": "sk-other", "anthropic-version": "2023-06-01"}, 401),
    ("gemini", {"x-goog-api-key": "sk-other"}, 400),
    ("vertex", {"Authorization": "Bearer sk-other"}, 401),
    ("bedrock", {"Authorization": "AWS4-HMAC-SHA256 Credential=a/b/c"}, 403),
]


def send(providers: Providers, kind: str, body: dict, headers: dict) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", providers.ports[kind], timeout=10)
    connection.request("POST", PATHS.get(kind, "/"), json.dumps(body), {"Content-Type": "application/json"} | headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def main() -> int:
    folder, failed = Path(tempfile.mkdtemp(prefix="gatehouse-providers-")), 0
    providers = None
    try:
        providers = Providers(folder)
        right = {
            "openai": {"Authorization": f"Bearer {providers.key}"},
            "anthropic": {"x-api-key": providers.key, "anthropic-version": "2023-06-01"},
            "gemini": {"x-goog-api-key": providers.key},
            "bedrock": {"Authorization": f"Bearer {providers.key}"},
        }
        cases = [(what, kind, body, right[kind], 400 if what else 200) for what, kind, body in TABLE]
        cases += [("a wrong key", kind, {}, headers, status) for kind, headers, status in FORGED]
        sampling = right["anthropic"] | {"anthropic-version": "2026-10-21"}
        cases.append(("a temperature in the version of 2026", "anthropic", MESSAGE | {"temperature": 1}, sampling, 400))
        for what, kind, body, headers, wanted in cases:
            status, said = send(providers, kind, body, headers)
            if status != wanted:
                failed += 1
                print(f"  failed   {kind}: {what or 'a good request'}: expected {wanted}, found {status}: {said:.200}")
    except (gateway.Failed, venvs.Unavailable) as failure:
        print(f"{failure}\nstrictness: 0 passed, 1 failed")
        return 1
    finally:
        if providers:
            providers.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"strictness: {len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
