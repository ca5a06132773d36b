"""OpenAI's API, and Azure's."""

import base64
import json
import struct
import zlib

from . import openai_responses
from .http import Call, Refused
from .openai_chat import completions, envelope, refusal
from .story import CREATED, TEXT
from .strict import Invalid, boolean, either, fields, integer, listing, nullable, number, one_of, table, text

MODELS = ("gpt-4.1-mini", "gpt-5-mini", "vendor/slashed-1", "reasoner-1", "text-embedding-3-small")

EMBEDDINGS = fields(
    {
        "model": text(1),
        "input": either(
            (str, text(1)),
            (list, listing(either((str, text(1)), (int, integer(0)), (list, listing(integer(0), 1))), 1, 2048)),
        ),
    },
    {"encoding_format": one_of("float", "base64"), "dimensions": integer(1), "user": text()},
)
LEGACY = fields(
    {"model": text(1), "prompt": either((str, text()), (list, listing(text(), 1)))},
    {
        "max_tokens": nullable(integer(1)),
        "temperature": nullable(number(0, 2)),
        "stream": nullable(boolean),
        "stop": nullable(either((str, text(1)), (list, listing(text(1), 0, 4)))),
        "n": nullable(integer(1)),
        "user": text(),
        "stream_options": nullable(table(boolean)),
    },
)
MODERATIONS = fields({"input": either((str, text()), (list, listing(text())))}, {"model": text(1)})
IMAGES = fields(
    {"prompt": text(1)},
    {"model": text(1), "n": nullable(integer(1, 10)), "size": text(), "response_format": text(), "quality": text()},
)
SPEECH = fields(
    {"model": text(1), "input": text(1), "voice": text(1)}, {"response_format": text(), "speed": number(0.25, 4)}
)
BATCH = fields(
    {"input_file_id": text(1), "endpoint": text(1), "completion_window": one_of("24h")},
    {"metadata": nullable(table(text()))},
)


def checked(call: Call, rule) -> dict:
    body = call.parse()
    try:
        rule(body, "")
    except Invalid as invalid:
        raise refusal(invalid) from None
    return body


async def embeddings(call: Call, model: str | None = None) -> None:
    body = checked(call, EMBEDDINGS) if model is None else call.parse()
    given = body["input"]
    inputs = [given] if isinstance(given, str) or (given and isinstance(given[0], int)) else given
    data = []
    for index, item in enumerate(inputs):
        vector = [len(item) / 8, 0.5, -0.25, index]  # exact in 32 bits
        packed = base64.b64encode(struct.pack("<4f", *vector)).decode()
        value = packed if body.get("encoding_format") == "base64" else vector
        data.append({"object": "embedding", "index": index, "embedding": value})
    usage = {"prompt_tokens": 8, "total_tokens": 8}
    await call.answer(200, {"object": "list", "data": data, "model": body.get("model", model), "usage": usage})


async def legacy(call: Call) -> None:
    body = checked(call, LEGACY)
    base = {"id": "cmpl-1", "object": "text_completion", "created": CREATED, "model": body["model"]}
    usage = {"prompt_tokens": 5, "completion_tokens": 17, "total_tokens": 22}

    def choice(said: str, finish: str | None) -> list:
        return [{"text": said, "index": 0, "logprobs": None, "finish_reason": finish}]

    if not body.get("stream"):
        return await call.answer(200, base | {"choices": choice(TEXT, "stop"), "usage": usage})
    await call.begin()
    for piece in TEXT.split(" "):
        await call.chunk(f"data: {json.dumps(base | {'choices': choice(piece + ' ', None)})}\n\n".encode())
    await call.chunk(f"data: {json.dumps(base | {'choices': choice('', 'stop')})}\n\ndata: [DONE]\n\n".encode())
    await call.end()


def multipart(call: Call) -> dict[str, bytes]:
    """The fields of a form, by name; what a file holds for a file."""
    kind, _, rest = call.headers.get("content-type", "").partition(";")
    boundary = rest.partition("boundary=")[2].strip().strip('"').encode()
    if kind != "multipart/form-data" or not boundary:
        raise Refused(400, "expected multipart/form-data")
    found = {}
    for piece in call.body.split(b"--" + boundary)[1:-1]:
        head, _, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name = head.partition(b'name="')[2].partition(b'"')[0].decode()
        found[name] = content.removesuffix(b"\r\n")
    return found


def file_object(id: str, size: int, purpose: str) -> dict:
    return {
        "id": id,
        "object": "file",
        "bytes": size,
        "created_at": CREATED,
        "filename": "batch.jsonl",
        "purpose": purpose,
        "status": "processed",
    }


async def files(call: Call, rest: str) -> None:
    kept = call.server.state.setdefault("files", {})
    if not rest and call.method == "POST":
        form = multipart(call)
        if "file" not in form or "purpose" not in form:
            raise Refused(400, "Missing required parameter: 'file'.", param="file", code="missing_required_parameter")
        id = f"file-{zlib.crc32(form['file']):08x}"
        kept[id] = (form["file"], form["purpose"].decode())
        return await call.answer(200, file_object(id, len(form["file"]), form["purpose"].decode()))
    if not rest:
        data = [file_object(id, len(content), purpose) for id, (content, purpose) in kept.items()]
        return await call.answer(200, {"object": "list", "data": data, "has_more": False})
    id, _, what = rest.partition("/")
    if id not in kept:
        raise Refused(404, f"No such File object: {id}", param="id")
    content, purpose = kept[id]
    if what == "content":
        return await call.answer(200, content, {"Content-Type": "application/octet-stream"})
    if call.method == "DELETE":
        return await call.answer(200, {"id": id, "object": "file", "deleted": True})
    await call.answer(200, file_object(id, len(content), purpose))


async def batches(call: Call, rest: str) -> None:
    kept = call.server.state.setdefault("batches", {})
    if not rest and call.method == "POST":
        body = checked(call, BATCH)
        id = f"batch_{len(kept) + 1}"
        kept[id] = {
            "id": id,
            "object": "batch",
            "endpoint": body["endpoint"],
            "input_file_id": body["input_file_id"],
            "completion_window": "24h",
            "status": "validating",
            "created_at": CREATED,
            "metadata": body.get("metadata"),
        }
        return await call.answer(200, kept[id])
    if not rest:
        return await call.answer(200, {"object": "list", "data": list(kept.values()), "has_more": False})
    id, _, what = rest.partition("/")
    if id not in kept:
        raise Refused(404, f"No batch found with id '{id}'.")
    await call.answer(200, kept[id] | ({"status": "cancelling"} if what == "cancel" else {}))


async def others(call: Call, path: str) -> None:
    """What a gateway passes through."""
    match path:
        case "/completions":
            return await legacy(call)
        case "/moderations":
            checked(call, MODERATIONS)
            result = {"flagged": False, "categories": {"violence": False}, "category_scores": {"violence": 1e-05}}
            return await call.answer(200, {"id": "modr-1", "model": "omni-moderation-latest", "results": [result]})
        case "/images/generations":
            checked(call, IMAGES)
            return await call.answer(
                200, {"created": CREATED, "data": [{"b64_json": "iVBORw0KGgo=", "revised_prompt": TEXT}]}
            )
        case "/audio/speech":
            checked(call, SPEECH)
            return await call.answer(200, bytes(range(256)) * 64, {"Content-Type": "audio/mpeg"})
        case "/audio/transcriptions":
            form = multipart(call)
            said = f"{len(form.get('file', b''))} bytes for {form.get('model', b'').decode()}"
            return await call.answer(200, {"text": said, "usage": {"type": "duration", "seconds": 1}})
    for name, handler in (("/files", files), ("/batches", batches)):
        if path == name or path.startswith(name + "/"):
            return await handler(call, path[len(name) + 1 :])
    raise Refused(404, f"Invalid URL ({call.method} {call.path})", code="unknown_url")


def model_object(id: str) -> dict:
    return {"id": id, "object": "model", "created": CREATED, "owned_by": "scripted"}


def know(call: Call) -> None:
    """Raises unless the model that the body names exists."""
    model = json.loads(call.body).get("model") if call.body[:1] == b"{" else None
    if isinstance(model, str) and model.startswith("no-such"):
        message = f"The model `{model}` does not exist or you do not have access to it."
        raise Refused(404, message, code="model_not_found")


async def route(call: Call) -> None:
    if not call.path.startswith("/v1/"):
        raise Refused(404, f"Invalid URL ({call.method} {call.path})", code="unknown_url")
    path = call.path[3:]
    if call.method == "POST" and call.headers.get("content-type", "").startswith("application/json"):
        know(call)
    if path == "/chat/completions" and call.method == "POST":
        await completions(call)
    elif path == "/responses" or path.startswith("/responses/"):
        await openai_responses.route(call, path[11:])
    elif path == "/embeddings" and call.method == "POST":
        await embeddings(call)
    elif path == "/models":
        await call.answer(200, {"object": "list", "data": [model_object(id) for id in MODELS]})
    elif path.startswith("/models/"):
        if path[8:] not in MODELS:
            raise Refused(404, f"The model '{path[8:]}' does not exist", param="model", code="model_not_found")
        await call.answer(200, model_object(path[8:]))
    else:
        await others(call, path)


async def azure_route(call: Call) -> None:
    prefix, _, rest = call.path.partition("/openai/deployments/")
    if prefix or not rest:
        if call.path.startswith("/openai/v1/"):  # the newer surface, without api-version
            call.path = call.path.removeprefix("/openai")
            return await route(call)
        raise Refused(404, "Resource not found", code="404")
    if "api-version" not in call.query:
        raise Refused(404, "Resource not found", code="404")
    deployment, _, operation = rest.partition("/")
    if deployment.startswith("no-such"):
        raise Refused(404, "The API deployment for this resource does not exist.", code="DeploymentNotFound")
    if operation == "chat/completions":
        await completions(call, deployment)
    elif operation == "embeddings":
        await embeddings(call, deployment)
    else:
        raise Refused(404, "Resource not found", code="404")


async def serve(call: Call) -> None:
    """Answers a call to OpenAI or Azure."""
    azure = call.kind == "azure"
    bearer = call.headers.get("authorization", "").removeprefix("Bearer ")
    try:
        if (call.headers.get("api-key", bearer) if azure else bearer) != call.server.key:
            if azure:
                raise Refused(401, "Access denied due to invalid subscription key or wrong API endpoint.", code="401")
            raise Refused(401, "Incorrect API key provided: sk-wrong.", code="invalid_api_key")
        await (azure_route(call) if azure else route(call))
    except Refused as refused:
        body = envelope(refused.status, refused.message, refused.more.get("param"), refused.more.get("code"))
        if "inner" in refused.more:
            body["error"] |= {"status": refused.status, "innererror": refused.more["inner"]}
        await call.answer(refused.status, body, refused.more.get("headers"))
