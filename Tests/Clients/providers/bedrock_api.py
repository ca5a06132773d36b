"""Bedrock's Converse, ConverseStream and CountTokens. botocore checks signatures and the shape of requests."""

import base64
import binascii
import datetime
import hashlib
import json
import re
import struct
import zlib
from functools import cache

from . import faults
from .http import Call, Refused
from .story import Answer, Asked, Part, Usage, answer, check_calls, pieces, signature
from .strict import Invalid, child, fail, media

REGION, ACCESS_KEY = "eu-central-2", "AKIDSCRIPTED"
FORMATS = {"png": "image/png", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
FAULTS = {
    "bad-crc": "error",
    "bad-prelude": "error",
    "mid-throttle": "error",
    "mid-unknown": "error",  # an `error` message instead of an exception
    "no-metadata": "whole",
}


# The signature


def check_signature(call: Call) -> None:
    """Signs the request again with AWS's own library, and compares."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    given = call.headers.get("authorization", "")
    if given == f"Bearer {call.server.key}":
        return  # a Bedrock API key
    found = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, "
        r"?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})",
        given,
    )
    if not found:
        raise Refused(403, "Missing Authentication Token", kind="MissingAuthenticationTokenException")
    access, day, region, service, names, signed = found.groups()
    stamp = call.headers.get("x-amz-date", "")
    if access != ACCESS_KEY:
        raise Refused(403, "The security token included in the request is invalid.", kind="UnrecognizedClientException")
    if (region, service, day) != (REGION, "bedrock", stamp[:8]):
        raise Refused(
            403, f"Credential should be scoped to {stamp[:8]}/{REGION}/bedrock", kind="InvalidSignatureException"
        )
    age = abs(datetime.datetime.now(datetime.UTC) - datetime.datetime.strptime(stamp + "+0000", "%Y%m%dT%H%M%SZ%z"))
    if age > datetime.timedelta(minutes=5):
        raise Refused(403, f"Signature expired: {stamp}", kind="InvalidSignatureException")
    signed_names = names.split(";")
    missing = {"host", "x-amz-date"} - set(signed_names)
    missing |= {name for name in call.headers if name.startswith("x-amz-")} - set(signed_names)
    if missing:
        raise Refused(403, f"headers must be signed: {', '.join(sorted(missing))}", kind="InvalidSignatureException")
    if signed_names != sorted(signed_names):
        raise Refused(403, "SignedHeaders must be sorted", kind="InvalidSignatureException")
    content = call.headers.get("x-amz-content-sha256")
    if content and content != hashlib.sha256(call.body).hexdigest():
        raise Refused(
            403, "The provided 'x-amz-content-sha256' header does not match", kind="InvalidSignatureException"
        )
    headers = {name: call.headers.get(name, "") for name in signed_names}
    request = AWSRequest(call.method, f"http://{call.headers['host']}{call.target}", headers, call.body)
    request.context["timestamp"] = stamp
    signer = SigV4Auth(
        Credentials(ACCESS_KEY, call.server.key, call.headers.get("x-amz-security-token")), "bedrock", REGION
    )
    canonical = signer.canonical_request(request)
    if signer.signature(signer.string_to_sign(request, canonical), request) != signed:
        message = (
            "The request signature we calculated does not match the signature you provided. "
            f"The Canonical String for this request should have been\n'{canonical}'"
        )
        raise Refused(403, message, kind="InvalidSignatureException")


# The shape


@cache
def operation(name: str):
    import botocore.session

    return botocore.session.get_session().get_service_model("bedrock-runtime").operation_model(name).input_shape


def check_shape(shape, value, path: str) -> None:
    """The value against AWS's own description of the operation."""
    kinds = {
        "string": str,
        "integer": int,
        "long": int,
        "float": (int, float),
        "boolean": bool,
        "list": list,
        "blob": str,
    }
    wanted = kinds.get(shape.type_name, dict)
    if getattr(shape, "is_document_type", False):
        return
    if not isinstance(value, wanted) or (isinstance(value, bool) and shape.type_name != "boolean"):
        fail(path, f"expected {shape.type_name}, found {type(value).__name__}", "type")
    limits = shape.metadata
    size = len(value) if isinstance(value, (str, list, dict)) else value
    if shape.type_name != "structure" and (
        "min" in limits and size < limits["min"] or "max" in limits and size > limits["max"]
    ):
        fail(path, f"Member must have a length or value between {limits.get('min')} and {limits.get('max')}")
    if shape.type_name == "string":
        if limits.get("enum") and value not in limits["enum"]:
            fail(path, f"Member must satisfy enum value set: {limits['enum']}")
        if limits.get("pattern") and not re.fullmatch(limits["pattern"], value):
            fail(path, f"Member must satisfy regular expression pattern: {limits['pattern']}")
    elif shape.type_name == "blob":
        try:
            base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            fail(path, "is not base64")
    elif shape.type_name == "list":
        for index, each in enumerate(value):
            check_shape(shape.member, each, child(path, index))
    elif shape.type_name == "map":
        for name, each in value.items():
            check_shape(shape.value, each, child(path, name))
    elif shape.type_name == "structure":
        for name in shape.required_members:
            if name not in value and name != "modelId":
                fail(child(path, name), "Member must not be null", "missing")
        for name, each in value.items():
            if name not in shape.members:
                fail(child(path, name), f"extraneous key [{name}] is not permitted", "unknown")
            check_shape(shape.members[name], each, child(path, name))
        if shape.is_tagged_union and len(value) != 1:
            fail(path, f"must have exactly one of its members, found {sorted(value)}")


MODEL_FIELDS = {"thinking", "top_k", "anthropic_beta", "output_config", "tool_choice", "reasoning_config", "metadata"}


def part(block: dict, path: str) -> Part:
    (kind, value), *_ = block.items()
    match kind:
        case "text":
            if not value.strip():
                fail(
                    path,
                    f"The text field in the ContentBlock object at {path} is blank.",
                )
            return Part("text", value)
        case "image":
            source = value["source"].get("bytes") or fail(path, "only bytes are taken here")
            return Part(
                "image",
                media=FORMATS[value["format"]],
                size=len(media(source, FORMATS[value["format"]], path, tuple(FORMATS.values()))),
            )
        case "document":
            if not re.fullmatch(r"[a-zA-Z0-9\-()\[\]]+( [a-zA-Z0-9\-()\[\]]+)*", value["name"]):
                fail(
                    path,
                    "The document file name holds characters that are not allowed",
                )
            source = value["source"]
            if "text" in source:
                return Part("document", media="text/plain", size=len(source["text"]), name=value["name"])
            kind = {"pdf": "application/pdf", "txt": "text/plain"}.get(value.get("format"), value.get("format", ""))
            content = media(source.get("bytes", ""), kind, path, ("application/pdf", "text/plain"))
            return Part("document", media=kind, size=len(content), name=value["name"])
        case "toolUse":
            if not isinstance(value["input"], dict):
                fail(
                    path,
                    f"The format of the value at {path}.toolUse.input is invalid.",
                )
            return Part("call", id=value["toolUseId"], name=value["name"], arguments=value["input"])
        case "toolResult":
            inner = []
            for index, each in enumerate(value["content"]):
                (name, said), *_ = each.items()
                inner.append(Part("text", json.dumps(said)) if name == "json" else part(each, child(path, index)))
            texts = "".join(each.text for each in inner if each.kind == "text")
            rest = [each for each in inner if each.kind != "text"]
            return Part("result", texts, id=value["toolUseId"], failed=value.get("status") == "error", parts=rest)
        case "reasoningContent":
            said = value.get("reasoningText", {"text": "redacted", "signature": signature("redacted")})
            if said.get("signature") != signature(said["text"]):
                fail(path, "Invalid `signature` in `thinking` block")
            return Part("thinking", said["text"], signature=said["signature"])
    return Part("cachePoint" if kind == "cachePoint" else kind)


def read(body: dict, model: str, streams: bool) -> Asked:
    check_shape(operation("Converse"), body, "")
    if not body.get("messages"):
        fail(
            "messages",
            "A conversation must have at least one message.",
            "missing",
        )
    config, extra = body.get("inferenceConfig", {}), body.get("additionalModelRequestFields", {})
    for name in set(extra) - MODEL_FIELDS:
        fail(f"additionalModelRequestFields.{name}", f"extraneous key [{name}] is not permitted", "unknown")
    if config.get("temperature", 0) > 1:
        fail("inferenceConfig.temperature", "Member must have value less than or equal to 1")
    thinking = extra.get("thinking", {})
    thinks = thinking.get("type") in ("enabled", "adaptive")
    if thinking.get("type") == "enabled":
        budget = thinking.get("budget_tokens", 0)
        if budget < 1024 or budget >= config.get("maxTokens", 4096):
            fail("additionalModelRequestFields.thinking", "budget_tokens must be at least 1024 and less than maxTokens")
        if config.get("temperature", 1) != 1:
            fail("inferenceConfig.temperature", "`temperature` may only be set to 1 when thinking is enabled")
    tools = body.get("toolConfig", {})
    choice = tools.get("toolChoice", {"auto": {}})
    asked = Asked(
        model=model,
        streams=streams,
        wants_usage=True,
        thinks=thinks,
        parallel=not (extra.get("tool_choice") or {}).get("disable_parallel_tool_use", False),
        choice="auto" if "auto" in choice else "required" if "any" in choice else choice["tool"]["name"],
        settings={
            "max_tokens": config.get("maxTokens"),
            "temperature": config.get("temperature"),
            "top_p": config.get("topP"),
            "top_k": extra.get("top_k"),
            "stop": config.get("stopSequences") or None,
            "budget": thinking.get("budget_tokens"),
        },
    )
    for index, tool in enumerate(tools.get("tools", [])):
        if "toolSpec" in tool:
            spec = tool["toolSpec"]
            form = spec["inputSchema"]["json"]
            if not isinstance(form, dict) or form.get("type") != "object":
                fail(
                    f"toolConfig.tools.{index}.toolSpec.inputSchema.json.type", "must be one of the following: object."
                )
            asked.tools.append({"name": spec["name"], "description": spec.get("description"), "schema": form})
    if asked.choice not in ("auto", "required") and asked.choice not in [tool["name"] for tool in asked.tools]:
        fail("toolConfig.toolChoice", f"Tool '{asked.choice}' not found in provided tools")
    shape = body.get("outputConfig", {}).get("textFormat")
    if shape:
        asked.schema = json.loads(shape["structure"]["jsonSchema"]["schema"])
    elif (extra.get("output_config") or {}).get("format"):
        asked.schema = extra["output_config"]["format"]["schema"]
    asked.system = [each["text"] for each in body.get("system", []) if "text" in each]
    read_messages(asked, body["messages"])
    return asked


def read_messages(asked: Asked, messages: list) -> None:
    names = []
    for index, message in enumerate(messages):
        if index == 0 and message["role"] != "user":
            fail(
                "messages",
                "A conversation must start with a user message.",
            )
        if index and message["role"] == messages[index - 1]["role"]:
            fail(
                "messages",
                "A conversation must alternate between user and assistant roles.",
            )
        if not message["content"]:
            fail(
                f"messages.{index}",
                f"The content field in the Message object at messages.{index} is empty.",
            )
        found = [part(block, f"messages.{index}.content.{place}") for place, block in enumerate(message["content"])]
        for place, each in enumerate(found):
            if each.kind == "cachePoint" and place:
                found[place - 1].cached = True
        if any(each.kind == "document" for each in found) and not any(
            each.kind in ("text", "result") for each in found
        ):
            fail(f"messages.{index}", "A text block must be included with documents.")
        names += [each.name for each in found if each.kind == "document"]
        asked.add(message["role"], [each for each in found if each.kind != "cachePoint"])
    if len(set(names)) != len(names):
        fail("messages", "Duplicate document names are not allowed.")
    if not asked.tools and any(each.kind in ("call", "result") for _, parts in asked.turns for each in parts):
        fail("toolConfig", "The toolConfig field must be defined when using toolUse and toolResult content blocks.")
    check_calls(asked)


# What is answered

STOPS = {
    "end": "end_turn",
    "length": "max_tokens",
    "tools": "tool_use",
    "sequence": "stop_sequence",
    "refusal": "guardrail_intervened",
}


def usage_of(usage: Usage) -> dict:
    return {
        "inputTokens": usage.input - usage.cached - usage.written,
        "outputTokens": usage.output,
        "totalTokens": usage.input + usage.output,
        "cacheReadInputTokens": usage.cached,
        "cacheWriteInputTokens": usage.written,
    }


def blocks_of(said: Answer) -> list[dict]:
    made = []
    for each in said.parts:
        if each.kind == "thinking":
            made.append({"reasoningContent": {"reasoningText": {"text": each.text, "signature": each.signature}}})
        elif each.kind == "text":
            made.append({"text": each.text})
        else:
            made.append({"toolUse": {"toolUseId": f"tooluse_{each.id}", "name": each.name, "input": each.arguments}})
    return made


def whole(said: Answer) -> dict:
    return {
        "metrics": {"latencyMs": 7},
        "output": {"message": {"content": blocks_of(said), "role": "assistant"}},
        "stopReason": STOPS[said.stop],
        "usage": usage_of(said.usage),
    }


def frame(kind: str, body: dict, message: str = "event", break_crc: str = "") -> bytes:
    """A message of `application/vnd.amazon.eventstream`."""
    label = {"event": ":event-type", "exception": ":exception-type"}.get(message)
    named = {label: kind} if label else {":error-code": kind, ":error-message": body.get("message", "")}
    headers = b""
    for name, value in (named | {":content-type": "application/json", ":message-type": message}).items():
        headers += struct.pack(">B", len(name)) + name.encode() + struct.pack(">BH", 7, len(value)) + value.encode()
    payload = (
        json.dumps(body | {"p": "abcdefghij"[: len(headers) % 10]}, ensure_ascii=False).encode()
        if message == "event"
        else json.dumps(body).encode()
    )
    if message == "error":
        payload = b""
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    prelude += struct.pack(">I", zlib.crc32(prelude) ^ (break_crc == "prelude"))
    content = prelude + headers + payload
    return content + struct.pack(">I", zlib.crc32(content) ^ (break_crc == "message"))


def frames(said: Answer, fault: str) -> list[bytes]:
    made: list[tuple[str, dict]] = [("messageStart", {"role": "assistant"})]
    for index, block in enumerate(blocks_of(said)):
        (kind, value), *_ = block.items()
        place = {"contentBlockIndex": index}
        match kind:
            case "text":
                deltas = [{"text": piece} for piece in pieces(value)]
            case "reasoningContent":
                inner = value["reasoningText"]
                deltas = [{"reasoningContent": {"text": piece}} for piece in pieces(inner["text"])]
                deltas.append({"reasoningContent": {"signature": inner["signature"]}})
            case _:
                start = {"toolUse": {"toolUseId": value["toolUseId"], "name": value["name"]}}
                made.append(("contentBlockStart", {"start": start} | place))
                arguments = json.dumps(value["input"], ensure_ascii=False)
                deltas = [{"toolUse": {"input": piece}} for piece in pieces(arguments)]
        made += [("contentBlockDelta", {"delta": delta} | place) for delta in deltas]
        made.append(("contentBlockStop", place))
    made.append(("messageStop", {"stopReason": STOPS[said.stop]}))
    if fault != "no-metadata":
        made.append(("metadata", {"metrics": {"latencyMs": 7}, "usage": usage_of(said.usage)}))
    broken = {"bad-crc": "message", "bad-prelude": "prelude"}.get(fault, "")
    return [frame(kind, body, break_crc=broken if index == 3 else "") for index, (kind, body) in enumerate(made)]


ERRORS = {
    400: "ValidationException",
    403: "AccessDeniedException",
    404: "ResourceNotFoundException",
    408: "ModelTimeoutException",
    424: "ModelErrorException",
    429: "ThrottlingException",
    500: "InternalServerException",
    503: "ServiceUnavailableException",
}
CONVERSE = re.compile(r"/model/(.+)/(converse|converse-stream|count-tokens)")


async def route(call: Call) -> None:
    found = CONVERSE.fullmatch(call.path)
    if not found or call.method != "POST":
        raise Refused(404, "Unknown operation", kind="UnknownOperationException")
    if "/" in call.raw_path.removeprefix("/model/").rpartition("/")[0]:
        raise Refused(404, "the model id must be percent-encoded", kind="UnknownOperationException")
    model, what = found.groups()
    body = call.parse()
    if model.startswith("no-such"):
        raise Refused(400, "The provided model identifier is invalid.")
    if what == "count-tokens":
        check_shape(operation("CountTokens"), body, "")
        inner = body["input"]["converse"]
        asked = Asked(model)
        read_messages(asked, inner["messages"])
        await faults.before(call, asked)
        words = sum(len(part.told().split()) for _, parts in asked.turns for part in parts)
        return await call.answer(200, {"inputTokens": words})
    asked = read(body, model, what == "converse-stream")
    await faults.before(call, asked)
    said, fault = answer(asked), asked.marks().get("fault", "")
    if not asked.streams:
        return await faults.play_whole(call, json.dumps(whole(said), ensure_ascii=False).encode(), fault)
    message = {"message": "The system encountered an unexpected error during processing. Try your request again."}
    error = frame("internalServerException", message, "exception")
    if fault == "mid-throttle":
        error = frame(
            "throttlingException", {"message": "Too many requests, please wait before trying again."}, "exception"
        )
    if fault == "mid-unknown":
        error = frame("InternalError", message, "error")
    play = "mid-error" if fault.startswith("mid-") else fault
    await faults.play(call, frames(said, fault), play, error, "application/vnd.amazon.eventstream")


async def serve(call: Call) -> None:
    """Answers a call to Bedrock."""
    try:
        check_signature(call)
        await route(call)
    except Invalid as invalid:
        await refuse(
            call,
            400,
            f"1 validation error detected: Value at '{invalid.path}' failed to satisfy constraint: {invalid.message}",
        )
    except Refused as refused:
        await refuse(call, refused.status, refused.message, refused.more.get("kind"), refused.more.get("headers"))


async def refuse(call: Call, status: int, message: str, kind: str | None = None, headers: dict | None = None) -> None:
    kind = kind or ERRORS.get(status, "InternalServerException")
    named = {"x-amzn-errortype": f"{kind}:http://internal.amazon.com/coral/com.amazon.bedrock/"}
    key = "Message" if kind == "AccessDeniedException" else "message"  # AWS spells it both ways
    await call.answer(status, {key: message}, named | (headers or {}))
