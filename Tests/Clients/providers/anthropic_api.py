"""Anthropic's messages, in the versions 2023-06-01 and 2026-10-21."""

import json
import re
import zlib

from . import faults
from .http import Call, Refused
from .story import Answer, Asked, Part, Usage, answer, check_calls, pieces, signature
from .strict import (
    Invalid,
    anything,
    boolean,
    child,
    either,
    fail,
    fields,
    integer,
    listing,
    mapping,
    media,
    number,
    one_of,
    tagged,
    text,
)

MODELS = ("claude-sonnet-4-5", "claude-haiku-4-5", "claude-opus-4-7")
VERSIONS = ("2023-06-01", "2026-10-21")
IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
FAULTS = {
    "mid-error-unnamed": "error",  # the frame has no `event:`
    "unnamed-frames": "either",  # no frame has one
    "done": "whole",  # a stray [DONE]
    "no-ping": "whole",
    "usage-start": "whole",  # input tokens in message_start alone
}

CACHE = fields({"type": one_of("ephemeral")}, {"ttl": one_of("5m", "1h")})
MARK = {"cache_control": lambda value, path: None if value is None else CACHE(value, path)}
NAME = text(1, 128, r"[a-zA-Z0-9_-]+")
ID = text(1, 256, r"[a-zA-Z0-9_-]+")


def visible(value, path: str) -> None:
    text()(value, path)
    if not value:
        fail(path, "text content blocks must be non-empty")
    if not value.strip():
        fail(path, "text content blocks must contain non-whitespace text")


TEXT_BLOCK = fields({"type": anything, "text": visible}, MARK | {"citations": anything})
IMAGE = fields(
    {
        "type": anything,
        "source": tagged(
            "type",
            {
                "base64": fields({"type": anything, "media_type": one_of(*IMAGES), "data": text(1)}),
                "url": fields({"type": anything, "url": text(1, pattern=r"https?://.+")}),
                "file": fields({"type": anything, "file_id": text(1)}),
            },
        ),
    },
    MARK,
)
DOCUMENT = fields(
    {
        "type": anything,
        "source": tagged(
            "type",
            {
                "base64": fields({"type": anything, "media_type": one_of("application/pdf"), "data": text(1)}),
                "text": fields({"type": anything, "media_type": one_of("text/plain"), "data": text(1)}),
                "content": fields({"type": anything, "content": anything}),
                "url": fields({"type": anything, "url": text(1)}),
                "file": fields({"type": anything, "file_id": text(1)}),
            },
        ),
    },
    MARK | {"title": anything, "context": anything, "citations": fields({"enabled": boolean})},
)
RESULT = fields(
    {"type": anything, "tool_use_id": ID},
    MARK
    | {
        "content": either(
            (str, text()), (list, listing(tagged("type", {"text": TEXT_BLOCK, "image": IMAGE, "document": DOCUMENT})))
        ),
        "is_error": boolean,
    },
)
USER_BLOCK = tagged("type", {"text": TEXT_BLOCK, "image": IMAGE, "document": DOCUMENT, "tool_result": RESULT})
ASSISTANT_BLOCK = tagged(
    "type",
    {
        "text": TEXT_BLOCK,
        "thinking": fields({"type": anything, "thinking": text(), "signature": text(1)}),
        "redacted_thinking": fields({"type": anything, "data": text(1)}),
        "tool_use": fields(
            {"type": anything, "id": ID, "name": text(1, 200), "input": mapping}, MARK | {"caller": anything}
        ),
        "document": DOCUMENT,
    },
)
MESSAGE = tagged(
    "role",
    {
        "user": fields({"role": anything, "content": either((str, visible), (list, listing(USER_BLOCK, 1)))}),
        "assistant": fields({"role": anything, "content": either((str, visible), (list, listing(ASSISTANT_BLOCK)))}),
    },
)
PARALLEL = {"disable_parallel_tool_use": boolean}
COUNTED = {
    "system": either((str, text()), (list, listing(tagged("type", {"text": TEXT_BLOCK})))),
    "thinking": tagged(
        "type",
        {
            "enabled": fields({"type": anything, "budget_tokens": integer(1024)}, {"display": anything}),
            "disabled": fields({"type": anything}),
            "adaptive": fields({"type": anything}, {"display": anything}),
        },
    ),
    "tool_choice": tagged(
        "type",
        {
            "auto": fields({"type": anything}, PARALLEL),
            "any": fields({"type": anything}, PARALLEL),
            "tool": fields({"type": anything, "name": NAME}, PARALLEL),
            "none": fields({"type": anything}),
        },
    ),
    "tools": listing(
        fields(
            {"name": NAME, "input_schema": mapping},
            MARK
            | {"type": one_of("custom"), "description": text(), "strict": boolean, "eager_input_streaming": boolean},
        )
    ),
    "output_config": fields(
        {},
        {
            "effort": one_of("low", "medium", "high", "xhigh", "max"),
            "format": fields({"type": one_of("json_schema"), "schema": mapping}),
        },
    ),
    "cache_control": CACHE,
}
SAMPLING = {"temperature": number(0, 1), "top_p": number(0, 1), "top_k": integer(0)}
REQUIRED = {"model": text(1), "messages": listing(MESSAGE, 1)}
OPTIONAL = COUNTED | {
    "metadata": fields({}, {"user_id": text(1, 512)}),
    "service_tier": one_of("auto", "standard_only"),
    "stop_sequences": listing(text(1)),
    "stream": boolean,
    "inference_geo": text(),
    "container": anything,
}
RULES = {
    "2023-06-01": fields(REQUIRED | {"max_tokens": integer(1)}, OPTIONAL | SAMPLING),
    "2026-10-21": fields(REQUIRED | {"max_tokens": integer(1)}, OPTIONAL),
    "count": fields(REQUIRED, COUNTED),
}


def closed(schema, path: str) -> None:
    if isinstance(schema, dict):
        if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
            fail(path, "For 'object' type, 'additionalProperties' must be explicitly set to false")
        for name, value in schema.get("properties", {}).items():
            closed(value, child(path, name))
        closed(schema.get("items"), child(path, "items"))


def part(block: dict, path: str, version: str, role: str) -> Part:
    cached = block.get("cache_control") is not None
    match block["type"]:
        case "text":
            if block.get("citations") and role == "user" and version == "2026-10-21":
                fail(child(path, "citations"), "Extra inputs are not permitted")
            return Part("text", block["text"], cached=cached)
        case "thinking":
            if block["signature"] != signature(block["thinking"]):
                fail(child(path, "signature"), "Invalid `signature` in `thinking` block")
            return Part("thinking", block["thinking"], signature=block["signature"])
        case "redacted_thinking":
            return Part("thinking", "redacted")
        case "tool_use":
            return Part("call", id=block["id"], name=block["name"], arguments=block["input"], cached=cached)
        case "tool_result":
            content = block.get("content", "")
            content = [{"type": "text", "text": content}] if isinstance(content, str) else content
            inner = [
                part(each, child(path, index), version, role)
                for index, each in enumerate(content)
                if each != {"type": "text", "text": ""}
            ]
            return Part(
                "result",
                "".join(each.text for each in inner if each.kind == "text"),
                id=block["tool_use_id"],
                failed=block.get("is_error", False),
                parts=[each for each in inner if each.kind != "text"],
                cached=cached,
            )
    source, kind = block["source"], block["type"]
    if kind == "document" and role == "assistant" and version == "2026-10-21":
        fail(path, "document blocks are not permitted in assistant messages")
    match source["type"]:
        case "base64":
            allowed = IMAGES if kind == "image" else ("application/pdf",)
            data = media(source["data"], source["media_type"], child(path, "source.base64.data"), allowed)
            return Part(kind, media=source["media_type"], size=len(data), cached=cached)
        case "text":
            return Part(kind, media="text/plain", size=len(source["data"]), cached=cached)
        case "url":
            return Part(kind, source["url"], media="url", cached=cached)
    return Part(kind, source.get("file_id", "content"), media=source["type"], cached=cached)


def read(body: dict, version: str, counting: bool = False) -> Asked:
    RULES["count" if counting else version](body, "")
    thinking = body.get("thinking", {"type": "disabled"})
    effort = (body.get("output_config") or {}).get("effort")
    thinks = thinking["type"] in ("enabled", "adaptive")
    choice = body.get("tool_choice", {"type": "auto"})
    asked = Asked(
        model=body["model"],
        streams=body.get("stream") is True,
        wants_usage=True,
        parallel=not choice.get("disable_parallel_tool_use", False),
        thinks=thinks,
        choice={"any": "required", "tool": choice.get("name", "")}.get(choice["type"], choice["type"]),
        vendor={name: value for name, value in body.items() if name.startswith("x_")},
        settings={
            "max_tokens": body.get("max_tokens"),
            "temperature": body.get("temperature"),
            "top_p": body.get("top_p"),
            "top_k": body.get("top_k"),
            "stop": body.get("stop_sequences") or None,
            "user": (body.get("metadata") or {}).get("user_id"),
            "budget": thinking.get("budget_tokens"),
            "effort": effort,
        },
    )
    system = body.get("system", [])
    for block in [{"text": system}] if isinstance(system, str) and system else system:
        asked.system.append(block["text"])
    read_tools(asked, body, thinks)
    read_messages(asked, body["messages"], version)
    if thinking["type"] == "enabled":
        if body.get("max_tokens") is not None and thinking["budget_tokens"] >= body["max_tokens"]:
            fail("max_tokens", "`max_tokens` must be greater than `thinking.budget_tokens`")
        if body.get("temperature", 1) != 1:
            fail("temperature", "`temperature` may only be set to 1 when thinking is enabled")
    for mark in body.get("stop_sequences", []):
        if not mark.strip():
            fail("stop_sequences", "each stop sequence must contain non-whitespace")
    if "@" in (asked.settings["user"] or ""):
        fail("metadata.user_id", "user_id appears to contain an email address")
    shape = (body.get("output_config") or {}).get("format")
    if shape:
        asked.schema = shape["schema"]
        closed(asked.schema, "output_config.format.schema")
    if json.dumps(body).count('"cache_control": {') > 4:
        fail("messages", "A maximum of 4 blocks with cache_control may be provided.")
    return asked


def read_tools(asked: Asked, body: dict, thinks: bool) -> None:
    for index, tool in enumerate(body.get("tools", [])):
        if tool["input_schema"].get("type") != "object":
            fail(f"tools.{index}.custom.input_schema.type", "Input should be 'object'")
        asked.tools.append(
            {"name": tool["name"], "description": tool.get("description"), "schema": tool["input_schema"]}
        )
    names = [tool["name"] for tool in asked.tools]
    if len(set(names)) != len(names):
        fail("tools", "Tool names must be unique.")
    if "tool_choice" in body and not names:
        fail("tool_choice", "tool_choice may only be specified while providing tools")
    if asked.choice not in ("auto", "none", "required") and asked.choice not in names:
        fail("tool_choice", f"Tool '{asked.choice}' not found in provided tools")
    if thinks and asked.choice not in ("auto", "none"):
        fail("tool_choice", "Thinking may not be enabled when tool_choice forces tool use.")


def read_messages(asked: Asked, messages: list, version: str) -> None:
    if messages[0]["role"] != "user":
        fail("messages", 'first message must use the "user" role')
    for index, message in enumerate(messages):
        content = message["content"]
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        if not blocks and index + 1 < len(messages):
            fail(
                f"messages.{index}",
                "all messages must have non-empty content except for the optional final assistant message",
            )
        kinds = [block["type"] for block in blocks]
        if "tool_result" in kinds and kinds.index("tool_result") and message["role"] == "user":
            fail(f"messages.{index}", "tool_result blocks must come first in the content")
        if "tool_use" in kinds and "thinking" not in kinds and asked.thinks and index + 2 >= len(messages):
            fail(
                f"messages.{index}.content.0.type",
                "Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, a final "
                "`assistant` message must start with a thinking block",
            )
        found = [
            part(block, f"messages.{index}.content.{place}", version, message["role"])
            for place, block in enumerate(blocks)
        ]
        asked.add(message["role"], found)
    if (
        messages[-1]["role"] == "assistant"
        and found
        and found[-1].kind == "text"
        and found[-1].text != found[-1].text.rstrip()
    ):
        fail("messages", "final assistant content cannot end with trailing whitespace")
    has_history = any(part.kind in ("call", "result") for _, parts in asked.turns for part in parts)
    if has_history and not asked.tools:
        fail("tools", "Requests which include `tool_use` or `tool_result` blocks must define tools")
    check_calls(asked)


# What is answered

STOPS = {
    "end": "end_turn",
    "length": "max_tokens",
    "tools": "tool_use",
    "sequence": "stop_sequence",
    "refusal": "refusal",
}


def usage_of(usage: Usage) -> dict:
    return {
        "input_tokens": usage.input - usage.cached - usage.written,
        "cache_creation_input_tokens": usage.written,
        "cache_read_input_tokens": usage.cached,
        "cache_creation": {"ephemeral_5m_input_tokens": usage.written, "ephemeral_1h_input_tokens": 0},
        "output_tokens": usage.output,
        "output_tokens_details": {"thinking_tokens": usage.reasoning},
        "service_tier": "standard",
    }


def blocks_of(said: Answer) -> list[dict]:
    made = []
    for each in said.parts:
        if each.kind == "thinking":
            made.append({"type": "thinking", "thinking": each.text, "signature": each.signature})
        elif each.kind == "text":
            made.append({"type": "text", "text": each.text})
        else:
            made.append({"type": "tool_use", "id": f"toolu_{each.id}", "name": each.name, "input": each.arguments})
    return made


def whole(call: Call, asked: Asked, said: Answer) -> dict:
    return {
        "id": f"msg_{zlib.crc32(call.body):08x}",
        "type": "message",
        "role": "assistant",
        "model": f"{asked.model}-20260929",
        "content": blocks_of(said),
        "stop_reason": STOPS[said.stop],
        "stop_sequence": said.sequence,
        "usage": usage_of(said.usage),
        "x_vendor": {"ratio": 2.50, "word": "é"},
    }


def frames(call: Call, asked: Asked, said: Answer, fault: str) -> list[bytes]:
    made: list[dict] = []

    def event(kind: str, **more) -> None:
        made.append({"type": kind} | more)

    usage = usage_of(said.usage)
    start = whole(call, asked, said) | {"content": [], "stop_reason": None, "stop_sequence": None}
    event("message_start", message=start | {"usage": usage | {"output_tokens": 1}})
    for index, block in enumerate(blocks_of(said)):
        empty = {"text": {"text": ""}, "thinking": {"thinking": "", "signature": ""}, "tool_use": {"input": {}}}
        event("content_block_start", index=index, content_block=block | empty[block["type"]])
        if index == 0 and fault != "no-ping":
            event("ping")
        match block["type"]:
            case "text":
                deltas = [{"type": "text_delta", "text": piece} for piece in pieces(block["text"])]
            case "thinking":
                deltas = [{"type": "thinking_delta", "thinking": piece} for piece in pieces(block["thinking"])]
                deltas.append({"type": "signature_delta", "signature": block["signature"]})
            case _:
                arguments = json.dumps(block["input"], ensure_ascii=False) if block["input"] else ""
                deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in ["", *pieces(arguments)]]
        for delta in deltas:
            event("content_block_delta", index=index, delta=delta)
        event("content_block_stop", index=index)
    final = (
        {name: usage[name] for name in ("output_tokens", "output_tokens_details")} if fault == "usage-start" else usage
    )
    event("message_delta", delta={"stop_reason": STOPS[said.stop], "stop_sequence": said.sequence}, usage=final)
    event("message_stop")
    named = fault != "unnamed-frames"
    lines = [
        (f"event: {each['type']}\n" if named else "") + f"data: {json.dumps(each, ensure_ascii=False)}\n\n"
        for each in made
    ]
    if fault == "done":
        lines.append("data: [DONE]\n\n")
    return [line.encode() for line in lines]


KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}


def envelope(call: Call, status: int, message: str) -> dict:
    kind = KINDS.get(status, "api_error" if status >= 500 else "invalid_request_error")
    return {
        "type": "error",
        "error": {"type": kind, "message": message},
        "request_id": f"req_{call.record['number']:06d}",
    }


def model_object(id: str) -> dict:
    return {"type": "model", "id": id, "display_name": id.title(), "created_at": "2026-09-29T00:00:00Z"}


async def messages(call: Call, version: str) -> None:
    body = call.parse()
    if "output_format" in body and "structured-outputs" in call.headers.get("anthropic-beta", ""):
        # An older beta's name of it, which LiteLLM uses.
        body["output_config"] = body.get("output_config", {}) | {"format": body.pop("output_format")}
    if str(body.get("model", "")).startswith("no-such"):
        raise Refused(404, f"model: {body['model']}")
    counting = call.path.endswith("/count_tokens")
    asked = read(body, version, counting)
    await faults.before(call, asked)
    if counting:
        words = sum(len(part.told().split()) for _, parts in asked.turns for part in parts)
        return await call.answer(
            200, {"input_tokens": words + 10 * len(asked.tools) + sum(len(each.split()) for each in asked.system)}
        )
    said, fault = answer(asked), asked.marks().get("fault", "")
    if not asked.streams:
        return await faults.play_whole(call, json.dumps(whole(call, asked, said), ensure_ascii=False).encode(), fault)
    error = json.dumps(envelope(call, 529, "Overloaded"))
    named = "event: error\n" if fault != "mid-error-unnamed" else ""
    play = "mid-error" if fault.startswith("mid-error") else fault
    await faults.play(call, frames(call, asked, said, fault), play, f"{named}data: {error}\n\n".encode())


async def route(call: Call) -> None:
    version = call.headers.get("anthropic-version")
    if version is None:
        raise Refused(400, "anthropic-version: header is required")
    if version not in VERSIONS:
        raise Refused(400, f"anthropic-version: {version!r} is not a valid version")
    if call.path in ("/v1/messages", "/v1/messages/count_tokens") and call.method == "POST":
        return await messages(call, version)
    if call.path == "/v1/models":
        data = [model_object(id) for id in MODELS]
        return await call.answer(200, {"data": data, "has_more": False, "first_id": MODELS[0], "last_id": MODELS[-1]})
    if call.path.startswith("/v1/models/") and call.path[11:] in MODELS:
        return await call.answer(200, model_object(call.path[11:]))
    raise Refused(404, f"Not found: {call.path}")


async def serve(call: Call) -> None:
    """Answers a call to Anthropic."""
    try:
        bearer = call.headers.get("authorization", "").removeprefix("Bearer ")
        if call.headers.get("x-api-key", bearer) != call.server.key:
            raise Refused(401, "invalid x-api-key")
        await route(call)
    except Invalid as invalid:
        path = re.sub(r"\[(\d+)\]", r".\1", invalid.path)
        message = f"{path}: {'Field required' if invalid.kind == 'missing' else invalid.message}"
        await call.answer(400, envelope(call, 400, message))
    except Refused as refused:
        body = envelope(call, refused.status, refused.message)
        await call.answer(refused.status, body, refused.more.get("headers"))
