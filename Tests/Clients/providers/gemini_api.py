"""Gemini's API, as Google AI Studio and as Vertex AI serve it."""

import json
import re
import zlib

from . import faults
from .http import Call, Refused
from .story import Answer, Asked, Part, Usage, answer, pieces, signature
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
    number,
    one_of,
    text,
)

MODELS = ("gemini-2.5-flash", "gemini-3-pro-preview")
MEDIA = (
    "image/png",
    "image/jpeg",
    "image/webp",
    "image/heic",
    "image/heif",
    "application/pdf",
    "text/plain",
    "audio/wav",
)
FAULTS = {
    "blocked": "refused",  # the prompt is blocked: no candidates at all
    "crlf": "whole",
    "usage-last": "whole",
}


def camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name) if not name.startswith("x_") else name


def camels(
    value, keep: tuple = ("args", "response", "parametersJsonSchema", "responseJsonSchema", "properties", "x_vendor")
):
    """Protobuf's JSON takes both spellings of a field."""
    if isinstance(value, list):
        return [camels(each, keep) for each in value]
    if not isinstance(value, dict):
        return value
    made = {}
    for name, each in value.items():
        name = camel(name)
        if name == "properties" and isinstance(each, dict):
            made[name] = {inner: camels(schema, keep) for inner, schema in each.items()}
        else:
            made[name] = each if name in keep else camels(each, keep)
    return made


TYPES = ("STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL", "TYPE_UNSPECIFIED")


def schema(value, path: str) -> None:
    """The subset of OpenAPI's schemas that Gemini takes."""
    SCHEMA(value, path)
    kind = value.get("type", "").upper()
    if kind and kind not in TYPES:
        fail(f"{path}.type", f"Invalid value at '{path}.type': {value['type']!r}")
    if kind == "ARRAY" and "items" not in value:
        fail(f"{path}.items", "missing field.", "missing")
    if kind == "STRING" and value.get("format") not in (None, "enum", "date-time"):
        fail(f"{path}.format", "only 'enum' and 'date-time' are supported for STRING type")
    for name in value.get("required", []):
        if name not in value.get("properties", {}):
            fail(f"{path}.required", "property is not defined")


def schemas(value, path: str) -> None:
    mapping(value, path)
    for name, each in value.items():
        schema(each, f"{path}.{name}")


SCHEMA = fields(
    {},
    {name: text() for name in ("type", "format", "title", "description", "pattern")}
    | {
        name: integer(0)
        for name in ("maxItems", "minItems", "maxLength", "minLength", "maxProperties", "minProperties")
    }
    | {
        "nullable": boolean,
        "enum": listing(text(1)),
        "items": schema,
        "properties": schemas,
        "required": listing(text(1)),
        "propertyOrdering": listing(text(1)),
        "anyOf": listing(schema, 1),
        "minimum": number(),
        "maximum": number(),
        "default": anything,
        "example": anything,
    },
)

FUNCTION_NAME = text(1, 128, r"[a-zA-Z_][a-zA-Z0-9_.:-]*")


def part_rule():
    id = {"id": text()}
    return fields(
        {},
        {
            "text": text(),
            "inlineData": fields({"mimeType": text(1), "data": text(1)}, {"displayName": text()}),
            "fileData": fields({"fileUri": text(1)}, {"mimeType": text(1), "displayName": text()}),
            "functionCall": fields({"name": FUNCTION_NAME}, id | {"args": mapping}),
            "functionResponse": fields({"name": FUNCTION_NAME, "response": mapping}, id | {"parts": anything}),
            "thought": boolean,
            "thoughtSignature": text(1),
            "videoMetadata": mapping,
            "mediaResolution": mapping,
        },
    )


def content_rule():
    return fields({"parts": listing(part_rule(), 1)}, {"role": one_of("user", "model", "function")})


DECLARATION = fields(
    {"name": FUNCTION_NAME},
    {
        "description": text(),
        "parameters": schema,
        "parametersJsonSchema": mapping,
        "response": schema,
        "behavior": text(),
    },
)
CONFIG = fields(
    {},
    {
        "temperature": number(0, 2),
        "topP": number(0, 1),
        "topK": number(1),
        "candidateCount": integer(1, 8),
        "maxOutputTokens": integer(1),
        "stopSequences": listing(text(1), 0, 5),
        "responseMimeType": one_of("text/plain", "application/json", "text/x.enum"),
        "responseSchema": schema,
        "responseJsonSchema": mapping,
        "presencePenalty": number(-2, 2),
        "frequencyPenalty": number(-2, 2),
        "seed": integer(),
        "responseLogprobs": boolean,
        "logprobs": integer(0, 20),
        "responseModalities": listing(text(1)),
        "thinkingConfig": fields(
            {},
            {
                "includeThoughts": boolean,
                "thinkingBudget": integer(-1, 32768),
                "thinkingLevel": either(
                    (str, lambda value, path: one_of("LOW", "HIGH", "MEDIUM", "MINIMAL")(value.upper(), path))
                ),
            },
        ),
        "mediaResolution": text(),
    },
)


def request_rule(vertex: bool):
    return fields(
        {"contents": listing(content_rule(), 1)},
        {
            "systemInstruction": content_rule(),
            "generationConfig": CONFIG,
            "safetySettings": listing(fields({"category": text(1), "threshold": text(1)}, {"method": text()})),
            "tools": listing(
                fields(
                    {},
                    {
                        "functionDeclarations": listing(DECLARATION, 1),
                        "googleSearch": mapping,
                        "codeExecution": mapping,
                    },
                )
            ),
            "toolConfig": fields(
                {},
                {
                    "functionCallingConfig": fields(
                        {},
                        {"mode": one_of("AUTO", "ANY", "NONE", "VALIDATED"), "allowedFunctionNames": listing(text(1))},
                    )
                },
            ),
            "cachedContent": text(1),
            "model": text(1),
            "labels": mapping,
        },
    )


def count_rule(vertex: bool):
    inner = request_rule(vertex)
    optional = {"contents": listing(content_rule(), 1), "generateContentRequest": inner, "model": text()}
    extra = {"systemInstruction": content_rule(), "tools": anything, "generationConfig": CONFIG} if vertex else {}
    return fields({}, optional | extra)


RULES = {
    (vertex, what): rule(vertex)
    for vertex in (False, True)
    for what, rule in (("make", request_rule), ("count", count_rule))
}


def part(value: dict, path: str) -> Part:
    kinds = [name for name in ("text", "inlineData", "fileData", "functionCall", "functionResponse") if name in value]
    if len(kinds) != 1:
        fail(path, "required oneof field 'data' must have one initialized field")
    sign = value.get("thoughtSignature")
    match kinds[0]:
        case "text":
            return Part("thinking" if value.get("thought") else "text", value["text"], signature=sign)
        case "inlineData":
            kind, data = value["inlineData"]["mimeType"], value["inlineData"]["data"]
            content = media(data, kind, f"{path}.inlineData.data", MEDIA, url_safe=True)
            name = "image" if kind.startswith("image/") else "audio" if kind.startswith("audio/") else "document"
            return Part(name, media=kind, size=len(content))
        case "fileData":
            name = "document" if "pdf" in value["fileData"].get("mimeType", "") else "image"
            return Part(name, value["fileData"]["fileUri"], media="url")
        case "functionCall":
            call = value["functionCall"]
            return Part(
                "call", name=call["name"], id=call.get("id", ""), arguments=call.get("args", {}), signature=sign
            )
    answered = value["functionResponse"]
    said = answered["response"]
    inner = next(
        (said[name] for name in ("result", "output", "content", "error") if name in said and len(said) == 1), said
    )
    inner = inner if isinstance(inner, str) else json.dumps(inner, ensure_ascii=False)
    return Part("result", inner, name=answered["name"], failed="error" in said)


def read(body: dict, model: str, vertex: bool, streams: bool) -> Asked:
    RULES[vertex, "make"](body, "")
    config = body.get("generationConfig", {})
    thinking = config.get("thinkingConfig", {})
    if "thinkingBudget" in thinking and "thinkingLevel" in thinking:
        fail("generationConfig.thinkingConfig", "You can only set only one of thinking budget and thinking level.")
    if "thinkingLevel" in thinking and "gemini-2" in model:
        fail("generationConfig.thinkingConfig", "Thinking level is not supported for this model.")
    if ("responseSchema" in config or "responseJsonSchema" in config) and config.get(
        "responseMimeType"
    ) != "application/json":
        fail("generationConfig.responseSchema", "response schema is only supported with mime type application/json")
    if body.get("cachedContent") and (body.get("tools") or body.get("systemInstruction")):
        fail(
            "cachedContent",
            "CachedContent can not be used with GenerateContent request setting system_instruction or tools.",
        )
    calling = body.get("toolConfig", {}).get("functionCallingConfig", {})
    mode, allowed = calling.get("mode", "AUTO"), calling.get("allowedFunctionNames", [])
    if allowed and mode not in ("ANY", "VALIDATED"):
        fail("toolConfig", "allowed_function_names can only be set when mode is ANY")
    asked = Asked(
        model=model,
        streams=streams,
        wants_usage=True,
        thinks=thinking.get("includeThoughts") is True
        or bool(thinking.get("thinkingBudget", "thinkingLevel" in thinking)),
        hides_thoughts=thinking.get("includeThoughts") is not True,
        choice={"AUTO": "auto", "VALIDATED": "auto", "NONE": "none"}.get(
            mode, allowed[0] if len(allowed) == 1 else "required"
        ),
        schema=config.get("responseSchema", config.get("responseJsonSchema")),
        json_only=config.get("responseMimeType") == "application/json",
        vendor={name: value for name, value in body.items() if name.startswith("x_")},
        settings={
            "max_tokens": config.get("maxOutputTokens"),
            "temperature": config.get("temperature"),
            "top_p": config.get("topP"),
            "top_k": config.get("topK"),
            "stop": config.get("stopSequences") or None,
            "seed": config.get("seed"),
            "budget": thinking.get("thinkingBudget"),
            "effort": thinking.get("thinkingLevel"),
        },
    )
    for tool in body.get("tools", []):
        for each in tool.get("functionDeclarations", []):
            if "parameters" in each and "parametersJsonSchema" in each:
                fail("tools", "parameters and parameters_json_schema are mutually exclusive")
            form = each.get("parameters", each.get("parametersJsonSchema", {}))
            asked.tools.append({"name": each["name"], "description": each.get("description"), "schema": form})
    names = [tool["name"] for tool in asked.tools]
    if len(set(names)) != len(names):
        fail("tools", f"Duplicate function declaration found: {names}")
    if calling and mode == "ANY" and (not names or not set(allowed) <= set(names)):
        fail("toolConfig", "Function calling config is set without function_declarations, or with unknown names.")
    if "systemInstruction" in body:
        asked.system.append(
            "\n\n".join(part(each, "systemInstruction").text for each in body["systemInstruction"]["parts"])
        )
    read_contents(asked, body["contents"])
    return asked


def read_contents(asked: Asked, contents: list) -> None:
    for index, content in enumerate(contents):
        role = "assistant" if content.get("role") == "model" else "user"
        found = [part(each, f"contents[{index}].parts[{place}]") for place, each in enumerate(content["parts"])]
        asked.add(role, found)
    for index, (role, parts) in enumerate(asked.turns):
        calls = [each for each in parts if each.kind == "call"]
        following = asked.turns[index + 1][1] if index + 1 < len(asked.turns) else []
        results = [each for each in following if each.kind == "result"]
        if role == "assistant" and len(calls) != len(results):
            fail(
                "contents",
                "the number of function response parts must be that of the function call turn",
            )
        if role == "assistant" and sorted(each.name for each in calls) != sorted(each.name for each in results):
            fail("contents", "the function responses do not answer the function calls")
        if calls and index == 0:
            fail(
                "contents",
                "a function call turn must come after a user turn",
            )
        if index == 0 and any(each.kind == "result" for each in parts):
            fail("contents", "a function response turn comes immediately after a function call turn")
        if calls and asked.model.startswith("gemini-3"):
            # Of parallel calls, the first carries the signature.
            if calls[0].signature != signature(calls[0].name):
                fail("contents", f"Function call is missing a thought_signature in functionCall parts: {calls[0].name}")


# What is answered

STOPS = {"end": "STOP", "sequence": "STOP", "tools": "STOP", "length": "MAX_TOKENS", "refusal": "SAFETY"}


def usage_of(usage: Usage, output: int | None = None) -> dict:
    output = usage.output if output is None else output
    made = {
        "promptTokenCount": usage.input,
        "candidatesTokenCount": max(output - usage.reasoning, 0),
        "totalTokenCount": usage.input + output,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": usage.input}],
    }
    if usage.cached:
        made["cachedContentTokenCount"] = usage.cached
    if usage.reasoning:
        made["thoughtsTokenCount"] = usage.reasoning
    return made


def response(call: Call, asked: Asked, parts: list, usage: dict, finish: str | None = None) -> dict:
    candidate = {"content": {"parts": parts, "role": "model"}, "index": 0}
    if finish:
        candidate["finishReason"] = finish
    if finish == "SAFETY":
        candidate["safetyRatings"] = [{"category": "HARM_CATEGORY_HARASSMENT", "probability": "HIGH", "blocked": True}]
    return {
        "candidates": [candidate],
        "usageMetadata": usage,
        "modelVersion": f"{asked.model}-001",
        "responseId": f"r{zlib.crc32(call.body):08x}",
        "xVendor": {"ratio": 2.50, "word": "é"},
    }


def parts_of(said: Answer, asked: Asked) -> list[dict]:
    made, signed = [], False
    for each in said.parts:
        if each.kind == "thinking":
            made.append({"text": each.text, "thought": True})
        elif each.kind == "text":
            made.append({"text": each.text})
        else:
            call = {"functionCall": {"name": each.name, "args": each.arguments}}
            if asked.model.startswith("gemini-3") and not signed:
                call["thoughtSignature"], signed = signature(each.name), True
            made.append(call)
    return made


def frames(call: Call, asked: Asked, said: Answer, fault: str) -> list[bytes]:
    made = []
    for each in parts_of(said, asked):
        if "text" in each:
            made += [[each | {"text": piece}] for piece in pieces(each["text"], 11)]
        else:
            made.append([each])
    bodies = []
    for index, parts in enumerate(made):
        last = index == len(made) - 1
        usage = usage_of(said.usage, None if last else min(index, said.usage.output))
        body = response(call, asked, parts, usage, STOPS[said.stop] if last else None)
        if fault == "usage-last" and not last:
            del body["usageMetadata"]
        bodies.append(body)
    if call.query.get("alt") != "sse":
        lines = [("[" if not index else ",\r\n") + json.dumps(body) for index, body in enumerate(bodies)]
        return [line.encode() for line in [*lines, "]"]]
    end = "\n\n" if fault == "lf" else "\r\n\r\n"
    return [f"data: {json.dumps(body, ensure_ascii=False)}{end}".encode() for body in bodies]


NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


def envelope(status: int, message: str, details: list | None = None) -> dict:
    body = {"code": status, "message": message, "status": NAMES.get(status, "UNKNOWN")}
    return {"error": body | ({"details": details} if details else {})}


def model_object(id: str) -> dict:
    return {
        "name": f"models/{id}",
        "version": "001",
        "displayName": id.title(),
        "description": "A scripted model.",
        "inputTokenLimit": 1048576,
        "outputTokenLimit": 65536,
        "supportedGenerationMethods": ["generateContent", "countTokens"],
    }


async def generate(call: Call, model: str, vertex: bool, method: str) -> None:
    body = camels(call.parse())
    if model.startswith("no-such"):
        raise Refused(404, f"models/{model} is not found for API version v1beta, or is not supported for {method}.")
    if method == "countTokens":
        RULES[vertex, "count"](body, "")
        asked = Asked(model)
        inner = body.get("generateContentRequest", body)
        read_contents(asked, inner["contents"])
        await faults.before(call, asked)
        words = sum(len(part.told().split()) for _, parts in asked.turns for part in parts)
        details = [{"modality": "TEXT", "tokenCount": words}]
        return await call.answer(200, {"totalTokens": words, "promptTokensDetails": details})
    asked = read(body, model, vertex, method == "streamGenerateContent")
    await faults.before(call, asked)
    said, fault = answer(asked), asked.marks().get("fault", "")
    if fault == "blocked":
        usage = {"promptTokenCount": 31, "totalTokenCount": 31}
        made = {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": usage, "modelVersion": model}
        if not asked.streams:
            return await call.answer(200, made)
        return await faults.play(
            call, [f"data: {json.dumps(made)}\r\n\r\n".encode()], "", content_type="text/event-stream"
        )
    if not asked.streams:
        made = response(call, asked, parts_of(said, asked), usage_of(said.usage), STOPS[said.stop])
        return await faults.play_whole(call, json.dumps(made, ensure_ascii=False, indent=2).encode(), fault)
    error = f"data: {json.dumps(envelope(503, 'The model is overloaded. Please try again later.'))}\r\n\r\n".encode()
    kind = "text/event-stream" if call.query.get("alt") == "sse" else "application/json"
    await faults.play(call, frames(call, asked, said, fault), fault, error, kind)


METHODS = "generateContent|streamGenerateContent|countTokens"
GEMINI = re.compile(rf"/v1(?:beta)?/models/([^/:]+):({METHODS})")
VERTEX = re.compile(rf"/v1(?:beta1)?/projects/([^/]+)/locations/([^/]+)/publishers/google/models/([^/:]+):({METHODS})")


async def route(call: Call) -> None:
    vertex = call.kind == "vertex"
    found = (VERTEX if vertex else GEMINI).fullmatch(call.path)
    if found and call.method == "POST":
        return await generate(call, found[found.re.groups - 1], vertex, found[found.re.groups])
    if not vertex and call.path in ("/v1beta/models", "/v1/models"):
        return await call.answer(200, {"models": [model_object(id) for id in MODELS]})
    if not vertex and (id := re.sub("^/v1(beta)?/models/", "", call.path)) in MODELS:
        return await call.answer(200, model_object(id))
    raise Refused(404, f"Not found: {call.method} {call.path}")


async def serve(call: Call) -> None:
    """Answers a call to Gemini or Vertex."""
    try:
        if call.kind == "vertex":
            if call.headers.get("authorization") != f"Bearer {call.server.key}":
                raise Refused(401, "Request had invalid authentication credentials. Expected OAuth 2 access token.")
        elif call.headers.get("x-goog-api-key", call.query.get("key")) != call.server.key:
            raise Refused(400, "API key not valid. Please pass a valid API key.", reason="API_KEY_INVALID")
        await route(call)
    except Invalid as invalid:
        message = f"* {invalid.path}: {invalid.message}"
        if invalid.kind == "unknown":
            parent, _, name = invalid.path.rpartition(".")
            message = f"Invalid JSON payload received. Unknown name \"{name}\" at '{parent}': Cannot find field."
        await call.answer(400, envelope(400, message))
    except Refused as refused:
        details = None
        if "reason" in refused.more:
            details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": refused.more["reason"]}]
        await call.answer(
            refused.status, envelope(refused.status, refused.message, details), refused.more.get("headers")
        )
