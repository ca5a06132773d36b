"""OpenAI's chat completions, as OpenAI and as Azure serve them."""

import json
import zlib

from . import faults
from .http import Call, Refused
from .story import CREATED, Answer, Asked, Part, Usage, answer, check_calls, pieces
from .strict import (
    Invalid,
    anything,
    boolean,
    either,
    fail,
    fields,
    integer,
    listing,
    mapping,
    media,
    nullable,
    number,
    one_of,
    table,
    tagged,
    text,
)

IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
NAME = text(1, 64, r"[a-zA-Z0-9_-]+")
# Beside the faults that every provider has.
FAULTS = {
    "comments": "whole",
    "crlf": "whole",
    "empty-choices": "whole",
    "no-done": "whole",
    "named-events": "whole",
    "usage-every": "whole",
    "usage-finish": "whole",
    "usage-absent": "whole",
    "no-index": "whole",
    "mid-error-named": "error",
    "mid-error-string": "error",
    "minimal": "whole",
    "error-200": "error",
}

# What a request may be

TEXT_PART = fields(
    {"type": one_of("text"), "text": text()}, {"prompt_cache_breakpoint": mapping, "cache_control": mapping}
)
USER_PART = tagged(
    "type",
    {
        "text": TEXT_PART,
        "image_url": fields(
            {"type": anything, "image_url": fields({"url": text(1)}, {"detail": one_of("auto", "low", "high")})},
            {"prompt_cache_breakpoint": mapping},
        ),
        "input_audio": fields(
            {"type": anything, "input_audio": fields({"data": text(1), "format": one_of("wav", "mp3")})}
        ),
        "file": fields(
            {"type": anything, "file": fields({}, {"file_data": text(1), "file_id": text(1), "filename": text(1)})}
        ),
    },
)
ASSISTANT_PART = tagged("type", {"text": TEXT_PART, "refusal": fields({"type": anything, "refusal": text(1)})})
CALL = fields({"id": text(1, 40), "type": one_of("function"), "function": fields({"name": NAME, "arguments": text()})})
PLAIN = either((str, text()), (list, listing(TEXT_PART, 1)))
SYSTEM = fields({"role": anything, "content": PLAIN}, {"name": NAME})
MESSAGE = tagged(
    "role",
    {
        "system": SYSTEM,
        "developer": SYSTEM,
        "user": fields(
            {"role": anything, "content": either((str, text()), (list, listing(USER_PART, 1)))}, {"name": NAME}
        ),
        "assistant": fields(
            {"role": anything},
            {
                "content": nullable(either((str, text()), (list, listing(ASSISTANT_PART, 1)))),
                "refusal": nullable(text()),
                "name": NAME,
                "tool_calls": listing(CALL, 1),
                "function_call": anything,
                "audio": anything,
                "annotations": anything,
                "reasoning_content": nullable(text()),
            },
        ),
        "tool": fields({"role": anything, "content": PLAIN, "tool_call_id": text(1, 40)}, {"name": NAME}),
    },
)
SCHEMA_NAME = text(1, 64, r"[a-zA-Z0-9_-]+")
REQUEST = fields(
    {"model": text(1), "messages": listing(MESSAGE, 1)},
    {
        "audio": mapping,
        "frequency_penalty": nullable(number(-2, 2)),
        "logit_bias": nullable(table(integer(-100, 100))),
        "logprobs": nullable(boolean),
        "max_completion_tokens": nullable(integer(1)),
        "max_tokens": nullable(integer(1)),
        "metadata": nullable(table(text(0, 512))),
        "modalities": nullable(listing(one_of("text", "audio"))),
        "n": nullable(integer(1, 128)),
        "parallel_tool_calls": boolean,
        "prediction": mapping,
        "presence_penalty": nullable(number(-2, 2)),
        "prompt_cache_key": text(),
        "prompt_cache_retention": anything,
        "reasoning_effort": nullable(one_of("none", "minimal", "low", "medium", "high", "xhigh", "max")),
        "response_format": tagged(
            "type",
            {
                "text": fields({"type": anything}),
                "json_object": fields({"type": anything}),
                "json_schema": fields(
                    {
                        "type": anything,
                        "json_schema": fields(
                            {"name": SCHEMA_NAME, "schema": mapping},
                            {"strict": nullable(boolean), "description": text()},
                        ),
                    }
                ),
            },
        ),
        "safety_identifier": text(),
        "seed": nullable(integer()),
        "service_tier": nullable(one_of("auto", "default", "flex", "scale", "priority")),
        "stop": nullable(either((str, text(1)), (list, listing(text(1), 0, 4)))),
        "store": nullable(boolean),
        "stream": nullable(boolean),
        "stream_options": nullable(fields({}, {"include_usage": boolean, "include_obfuscation": boolean})),
        "temperature": nullable(number(0, 2)),
        "tool_choice": either(
            (str, one_of("none", "auto", "required")),
            (dict, fields({"type": one_of("function"), "function": fields({"name": NAME})})),
        ),
        "tools": listing(
            fields(
                {
                    "type": one_of("function"),
                    "function": fields(
                        {"name": NAME},
                        {"description": text(0, 4096), "parameters": mapping, "strict": nullable(boolean)},
                    ),
                },
                {"cache_control": mapping},
            ),
            1,
            128,
        ),
        "top_logprobs": nullable(integer(0, 20)),
        "top_p": nullable(number(0, 1)),
        "user": text(),
        "verbosity": nullable(one_of("low", "medium", "high")),
        "web_search_options": mapping,
    },
)


def refusal(invalid: Invalid) -> Refused:
    """How OpenAI words it."""
    if invalid.kind == "unknown":
        return Refused(400, f"Unrecognized request argument supplied: {invalid.path}", param=invalid.path)
    if invalid.kind == "missing":
        message = f"Missing required parameter: '{invalid.path}'."
        return Refused(400, message, param=invalid.path, code="missing_required_parameter")
    code = "invalid_type" if invalid.kind == "type" else "invalid_value"
    return Refused(400, f"Invalid value for '{invalid.path}': {invalid.message}", param=invalid.path, code=code)


def strict_schema(schema, path: str) -> None:
    """A strict schema closes its objects and requires all their properties."""
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            fail(path, "'additionalProperties' is required to be supplied and to be false.")
        if sorted(schema.get("required", [])) != sorted(schema.get("properties", {})):
            fail(path, "'required' is required to be supplied and to hold every key in properties.")
    for name, value in schema.get("properties", {}).items():
        strict_schema(value, f"{path}.{name}")
    strict_schema(schema.get("items"), f"{path}.items")


def part(value: dict, path: str) -> Part:
    match value["type"]:
        case "text":
            return Part("text", value["text"], cached="cache_control" in value or "prompt_cache_breakpoint" in value)
        case "refusal":
            return Part("refusal", value["refusal"])
        case "image_url":
            url = value["image_url"]["url"]
            if url.startswith("data:"):
                kind, _, data = url[5:].partition(";base64,")
                return Part("image", media=kind, size=len(media(data, kind, f"{path}.image_url.url", IMAGES)))
            if not url.startswith(("http://", "https://")):
                fail(f"{path}.image_url.url", f"Invalid image URL {url!r}")
            return Part("image", url, media="url")
        case "file":
            data = value["file"].get("file_data")
            if data is None:
                return Part("document", value["file"].get("file_id", ""), media="file")
            if not data.startswith("data:") or "filename" not in value["file"]:
                fail(f"{path}.file", "file_data must be a data URL, with a filename beside it")
            kind, _, data = data[5:].partition(";base64,")
            return Part(
                "document", media=kind, size=len(media(data, kind, f"{path}.file.file_data", ("application/pdf",)))
            )
    content = media(value["input_audio"]["data"], "audio/wav", f"{path}.input_audio.data", ("audio/wav",))
    return Part("audio", media=f"audio/{value['input_audio']['format']}", size=len(content))


def parts(content, path: str) -> list[Part]:
    if content is None:
        return []
    if isinstance(content, str):
        return [Part("text", content)] if content else []
    return [part(value, f"{path}[{index}]") for index, value in enumerate(content)]


def read(body: dict) -> Asked:
    REQUEST(body, "")
    if body.get("max_tokens") and body.get("max_completion_tokens"):
        fail("max_tokens", "'max_tokens' and 'max_completion_tokens' cannot both be set")
    if body.get("stream_options") and not body.get("stream"):
        fail("stream_options", "The 'stream_options' parameter is only allowed when 'stream' is enabled.")
    if "tools" not in body:
        for name in ("tool_choice", "parallel_tool_calls"):
            if name in body and body[name] != "none":
                fail(name, f"'{name}' is only allowed when 'tools' are specified.")
    stop = body.get("stop")
    asked = Asked(
        model=body["model"],
        streams=body.get("stream") is True,
        wants_usage=(body.get("stream_options") or {}).get("include_usage") is True,
        parallel=body.get("parallel_tool_calls", True),
        thinks=body.get("reasoning_effort") not in (None, "none"),
        vendor={name: value for name, value in body.items() if name.startswith("x_")},
        settings={
            "max_tokens": body.get("max_completion_tokens") or body.get("max_tokens"),
            "temperature": body.get("temperature"),
            "top_p": body.get("top_p"),
            "stop": [stop] if isinstance(stop, str) else stop,
            "seed": body.get("seed"),
            "user": body.get("user"),
            "effort": body.get("reasoning_effort"),
        },
    )
    for index, tool in enumerate(body.get("tools", [])):
        function = tool["function"]
        if function.get("strict"):
            strict_schema(function.get("parameters", {}), f"tools[{index}].function.parameters")
        asked.tools.append(
            {
                "name": function["name"],
                "description": function.get("description"),
                "schema": function.get("parameters", {}),
            }
        )
    choice = body.get("tool_choice", "auto")
    asked.choice = choice if isinstance(choice, str) else choice["function"]["name"]
    if isinstance(choice, dict) and asked.choice not in [tool["name"] for tool in asked.tools]:
        fail("tool_choice", f"Tool choice '{asked.choice}' not found in 'tools' parameter.")
    shape = body.get("response_format", {"type": "text"})
    asked.json_only = shape["type"] == "json_object"
    if shape["type"] == "json_schema":
        asked.schema, asked.schema_name = shape["json_schema"]["schema"], shape["json_schema"]["name"]
        if shape["json_schema"].get("strict"):
            strict_schema(asked.schema, "response_format.json_schema.schema")
    if asked.json_only and "json" not in json.dumps(body["messages"]).lower():
        fail(
            "messages",
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
        )
    read_messages(asked, body["messages"])
    check_calls(asked)
    return asked


def read_messages(asked: Asked, messages: list) -> None:
    for index, message in enumerate(messages):
        path = f"messages[{index}]"
        found = parts(message.get("content"), f"{path}.content")
        match message["role"]:
            case "system" | "developer":
                asked.system.append("\n\n".join(each.text for each in found))
            case "tool":
                result = Part("result", "".join(each.text for each in found), id=message["tool_call_id"])
                # The model sees results and what the user says next as one turn.
                asked.add("user", [result])
            case "user":
                asked.add("user", found)
            case _:
                for call in message.get("tool_calls", []):
                    try:
                        arguments = json.loads(call["function"]["arguments"])
                    except ValueError:
                        fail(f"{path}.tool_calls", "the arguments are not JSON")
                    found.append(Part("call", id=call["id"], name=call["function"]["name"], arguments=arguments))
                if message.get("refusal"):
                    found.append(Part("refusal", message["refusal"]))
                if not found and message.get("content") is None:
                    fail(f"{path}.content", "expected a string, got null", "type")
                asked.add("assistant", found)


# What is answered

STOPS = {"end": "stop", "sequence": "stop", "length": "length", "tools": "tool_calls", "refusal": "content_filter"}


def usage_of(usage: Usage, azure: bool = False) -> dict:
    return {
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.input + usage.output,
        "prompt_tokens_details": {"cached_tokens": usage.cached, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": usage.reasoning,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def call_of(part: Part, arguments: str | None = None) -> dict:
    arguments = json.dumps(part.arguments, ensure_ascii=False) if arguments is None else arguments
    return {"id": part.id, "type": "function", "function": {"name": part.name, "arguments": arguments}}


def filters() -> dict:
    return {name: {"filtered": False, "severity": "safe"} for name in ("hate", "self_harm", "sexual", "violence")}


def shows_thoughts(call: Call, asked: Asked) -> bool:
    """OpenAI and Azure keep them; compatible servers such as vLLM show them."""
    return "reasoner" in asked.model


def whole(call: Call, asked: Asked, said: Answer, fault: str) -> dict:
    message = {"role": "assistant", "content": said.text or None, "refusal": None, "annotations": []}
    if said.calls:
        message["tool_calls"] = [call_of(each) for each in said.calls]
    if said.thoughts and shows_thoughts(call, asked):
        message["reasoning_content"] = said.thoughts[0].text
    if fault == "minimal":
        return {"choices": [{"message": {"role": "assistant", "content": said.text}}]}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": STOPS[said.stop]}
    body = {
        "id": f"chatcmpl-{zlib.crc32(call.body):08x}",
        "object": "chat.completion",
        "created": CREATED,
        "model": f"{asked.model}-2026-07-01",
        "choices": [choice],
        "usage": usage_of(said.usage),
        "service_tier": "default",
        "system_fingerprint": "fp_scripted",
        "x_vendor": {"ratio": 2.50, "word": "é"},
    }
    if fault == "usage-absent":
        del body["usage"]
    if call.kind == "azure":
        choice["content_filter_results"] = filters()
        body["prompt_filter_results"] = [{"prompt_index": 0, "content_filter_results": filters()}]
    return body


def frames(call: Call, asked: Asked, said: Answer, fault: str) -> list[bytes]:
    base = {
        "id": f"chatcmpl-{zlib.crc32(call.body):08x}",
        "object": "chat.completion.chunk",
        "created": CREATED,
        "model": f"{asked.model}-2026-07-01",
        "service_tier": "default",
        "system_fingerprint": "fp_scripted",
    }
    made: list[dict] = []

    def chunk(delta: dict | None, finish: str | None = None, **more) -> None:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]
        if choices and call.kind == "azure":
            choices[0]["content_filter_results"] = filters() if "content" in delta else {}
        if fault == "usage-every":
            output = min(len(made) + 1, said.usage.output)
            more = {"usage": usage_of(Usage(said.usage.input, said.usage.cached, 0, output))} | more
        elif asked.wants_usage:
            more = {"usage": None} | more
        made.append(base | {"choices": choices} | more | {"obfuscation": "aBcD"[: len(made) % 5]})

    if call.kind == "azure" or fault == "empty-choices":
        empty = {"id": "", "object": "", "created": 0, "model": "", "choices": []}
        made.append(empty | {"prompt_filter_results": [{"prompt_index": 0, "content_filter_results": filters()}]})
    chunk({"role": "assistant", "content": "" if not said.calls else None, "refusal": None})
    if said.thoughts and shows_thoughts(call, asked):
        for piece in pieces(said.thoughts[0].text):
            chunk({"reasoning_content": piece})
    for piece in pieces(said.text):
        chunk({"content": piece})
    for index, each in enumerate(said.calls):
        place = {} if fault == "no-index" else {"index": index}
        if fault == "no-index":  # as servers do that send each call at once
            chunk({"tool_calls": [call_of(each)]})
            continue
        chunk({"tool_calls": [place | call_of(each, "")]})
        for piece in pieces(json.dumps(each.arguments, ensure_ascii=False)):
            chunk({"tool_calls": [place | {"function": {"arguments": piece}}]})
    final = {"usage": usage_of(said.usage)} if fault in ("usage-finish", "usage-every") else {}
    chunk({}, STOPS[said.stop], **final)
    if asked.wants_usage and fault not in ("usage-finish", "usage-absent"):
        chunk(None, usage=usage_of(said.usage))
    name = "event: message\n" if fault == "named-events" else ""
    lines = [f"{name}data: {json.dumps(each, ensure_ascii=False)}\n\n" for each in made]
    if fault == "comments":
        lines = [piece for line in lines for piece in (": OPENROUTER PROCESSING\n\n", line)]
    if fault != "no-done":
        lines.append("data: [DONE]\n\n")
    return [line.replace("\n", "\r\n" if fault == "crlf" else "\n").encode() for line in lines]


def mid_error(fault: str) -> bytes:
    message = "The server had an error while processing your request"
    body = {"error": {"message": message, "type": "server_error", "param": None, "code": "server_error"}}
    if fault == "mid-error-string":
        body = {"error": message}
    return (("event: error\n" if fault == "mid-error-named" else "") + f"data: {json.dumps(body)}\n\n").encode()


def envelope(status: int, message: str, param=None, code=None) -> dict:
    kinds = {401: "invalid_request_error", 403: "permission_error", 429: "requests", 500: "server_error"}
    kind = kinds.get(status, "server_error" if status > 500 else "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


async def completions(call: Call, model: str | None = None) -> None:
    """`model` is the deployment, where the path says it."""
    body = call.parse()
    if model is not None:
        body = {"model": model} | body
    try:
        asked = read(body)
    except Invalid as invalid:
        raise refusal(invalid) from None
    if model is not None:
        asked.model = model
    await faults.before(call, asked)
    said, fault = answer(asked), asked.marks().get("fault", "")
    if said.stop == "refusal" and call.kind == "azure":
        raise Refused(
            400,
            "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
            param="prompt",
            code="content_filter",
            inner={"code": "ResponsibleAIPolicyViolation", "content_filter_result": filters()},
        )
    if fault == "error-200":
        return await call.answer(200, envelope(500, "overloaded", code="overloaded"))
    if not asked.streams:
        content = json.dumps(whole(call, asked, said, fault), ensure_ascii=False).encode()
        return await faults.play_whole(call, content, fault)
    play = "mid-error" if fault.startswith("mid-error") else fault
    await faults.play(call, frames(call, asked, said, fault), play, mid_error(fault))
