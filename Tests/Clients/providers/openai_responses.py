"""OpenAI's responses: created, streamed, kept, read, cancelled and deleted."""

import json
import zlib

from . import faults
from .http import Call, Refused
from .openai_chat import IMAGES, NAME, SCHEMA_NAME, refusal, strict_schema
from .story import CREATED, Answer, Asked, Part, answer, check_calls, pieces
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

INPUT_PART = tagged(
    "type",
    {
        "input_text": fields({"type": anything, "text": text()}, {"prompt_cache_breakpoint": mapping}),
        "input_image": fields(
            {"type": anything}, {"image_url": nullable(text(1)), "detail": anything, "file_id": nullable(text())}
        ),
        "input_file": fields(
            {"type": anything},
            {
                "file_data": text(1),
                "file_id": nullable(text()),
                "file_url": text(),
                "filename": text(1),
                "detail": anything,
            },
        ),
        "output_text": fields({"type": anything, "text": text()}, {"annotations": anything, "logprobs": anything}),
        "refusal": fields({"type": anything, "refusal": text()}),
    },
)
CONTENT = either((str, text()), (list, listing(INPUT_PART)))
MESSAGE = fields(
    {"role": one_of("user", "assistant", "system", "developer"), "content": CONTENT},
    {"type": one_of("message"), "id": text(1), "status": text(), "phase": anything},
)
ITEM = {
    "message": MESSAGE,
    "function_call": fields(
        {"type": anything, "call_id": text(1), "name": NAME, "arguments": text()}, {"id": text(1), "status": text()}
    ),
    "function_call_output": fields(
        {"type": anything, "call_id": text(1), "output": CONTENT}, {"id": text(1), "status": nullable(text())}
    ),
    "reasoning": fields(
        {"type": anything, "summary": listing(mapping)},
        {
            "id": text(1),
            "content": nullable(listing(mapping)),
            "encrypted_content": nullable(text()),
            "status": nullable(text()),
        },
    ),
}


def item(value, path: str) -> None:
    mapping(value, path)
    kind = value.get("type", "message")
    if kind not in ITEM:
        fail(f"{path}.type", f"{kind!r} is not one of {', '.join(ITEM)}")
    ITEM[kind](value, path)


REQUEST = fields(
    {"model": text(1), "input": either((str, text(1)), (list, listing(item, 1)))},
    {
        "background": nullable(boolean),
        "include": nullable(listing(text(1))),
        "instructions": nullable(text()),
        "max_output_tokens": nullable(integer(16)),
        "max_tool_calls": nullable(integer(1)),
        "metadata": nullable(table(text(0, 512))),
        "parallel_tool_calls": nullable(boolean),
        "previous_response_id": nullable(text(1)),
        "prompt_cache_key": text(),
        "prompt_cache_retention": anything,
        "reasoning": nullable(
            fields({}, {"effort": nullable(text()), "summary": nullable(text()), "generate_summary": anything})
        ),
        "safety_identifier": text(),
        "service_tier": nullable(text()),
        "store": nullable(boolean),
        "stream": nullable(boolean),
        "stream_options": nullable(mapping),
        "temperature": nullable(number(0, 2)),
        "text": fields(
            {},
            {
                "verbosity": nullable(text()),
                "format": tagged(
                    "type",
                    {
                        "text": fields({"type": anything}),
                        "json_object": fields({"type": anything}),
                        "json_schema": fields(
                            {"type": anything, "name": SCHEMA_NAME, "schema": mapping},
                            {"strict": nullable(boolean), "description": text()},
                        ),
                    },
                ),
            },
        ),
        "tool_choice": either(
            (str, one_of("none", "auto", "required")), (dict, fields({"type": one_of("function"), "name": NAME}))
        ),
        "tools": listing(
            fields(
                {"type": one_of("function"), "name": NAME, "parameters": nullable(mapping)},
                {"description": nullable(text()), "strict": nullable(boolean)},
            )
        ),
        "top_logprobs": nullable(integer(0, 20)),
        "top_p": nullable(number(0, 1)),
        "truncation": nullable(one_of("auto", "disabled")),
        "user": text(),
    },
)


def part(value: dict, path: str) -> Part:
    match value["type"]:
        case "input_text" | "output_text":
            return Part("text", value["text"])
        case "refusal":
            return Part("refusal", value["refusal"])
        case "input_image":
            url = value.get("image_url") or ""
            if not url.startswith("data:"):
                return Part("image", url, media="url")
            kind, _, data = url[5:].partition(";base64,")
            return Part("image", media=kind, size=len(media(data, kind, f"{path}.image_url", IMAGES)))
    data = value.get("file_data") or fail(f"{path}.file_data", "field required", "missing")
    kind, _, data = data.removeprefix("data:").partition(";base64,")
    return Part("document", media=kind, size=len(media(data, kind, f"{path}.file_data", ("application/pdf",))))


def parts(content, path: str) -> list[Part]:
    if isinstance(content, str):
        return [Part("text", content)]
    return [part(value, f"{path}[{index}]") for index, value in enumerate(content)]


def read(call: Call, body: dict) -> Asked:
    REQUEST(body, "")
    shape = (body.get("text") or {}).get("format", {"type": "text"})
    effort = (body.get("reasoning") or {}).get("effort")
    asked = Asked(
        model=body["model"],
        streams=body.get("stream") is True,
        wants_usage=True,
        parallel=body.get("parallel_tool_calls") is not False,
        json_only=shape["type"] == "json_object",
        thinks=effort not in (None, "none"),
        vendor={name: value for name, value in body.items() if name.startswith("x_")},
        settings={
            "max_tokens": body.get("max_output_tokens"),
            "temperature": body.get("temperature"),
            "top_p": body.get("top_p"),
            "user": body.get("user"),
            "effort": effort,
        },
    )
    if shape["type"] == "json_schema":
        asked.schema, asked.schema_name = shape["schema"], shape["name"]
        if shape.get("strict"):
            strict_schema(asked.schema, "text.format.schema")
    if body.get("instructions"):
        asked.system.append(body["instructions"])
    if body.get("previous_response_id"):
        kept = call.server.state.get("responses", {}).get(body["previous_response_id"])
        if kept is None:
            fail("previous_response_id", f"Previous response with id '{body['previous_response_id']}' not found.")
        asked.turns = [(role, list(parts_)) for role, parts_ in kept["turns"]]
    for index, tool in enumerate(body.get("tools", [])):
        if tool.get("strict"):
            strict_schema(tool["parameters"], f"tools[{index}].parameters")
        asked.tools.append(
            {"name": tool["name"], "description": tool.get("description"), "schema": tool["parameters"] or {}}
        )
    choice = body.get("tool_choice", "auto")
    asked.choice = choice if isinstance(choice, str) else choice["name"]
    given = body["input"]
    items = [{"role": "user", "content": given}] if isinstance(given, str) else given
    for index, value in enumerate(items):
        path = f"input[{index}]"
        match value.get("type", "message"):
            case "message" if value["role"] in ("system", "developer"):
                asked.system.append("".join(each.text for each in parts(value["content"], path)))
            case "message":
                asked.add(value["role"], parts(value["content"], path))
            case "function_call":
                arguments = json.loads(value["arguments"])
                asked.add("assistant", [Part("call", id=value["call_id"], name=value["name"], arguments=arguments)])
            case "function_call_output":
                said = "".join(each.text for each in parts(value["output"], path))
                asked.add("user", [Part("result", said, id=value["call_id"])])
            case _:
                asked.add("assistant", [])
    check_calls(asked)
    return asked


def output(said: Answer, number: str) -> list[dict]:
    made = []
    if said.thoughts:
        summary = [{"type": "summary_text", "text": said.thoughts[0].text}]
        made.append({"id": f"rs_{number}", "type": "reasoning", "summary": summary, "status": None})
    if said.stop == "refusal":
        content = [{"type": "refusal", "refusal": said.text}]
        made.append(
            {"id": f"msg_{number}", "type": "message", "status": "completed", "role": "assistant", "content": content}
        )
    elif said.text:
        content = [{"type": "output_text", "text": said.text, "annotations": [], "logprobs": []}]
        made.append(
            {"id": f"msg_{number}", "type": "message", "status": "completed", "role": "assistant", "content": content}
        )
    for index, each in enumerate(said.calls):
        made.append(
            {
                "id": f"fc_{number}_{index}",
                "type": "function_call",
                "status": "completed",
                "call_id": each.id,
                "name": each.name,
                "arguments": json.dumps(each.arguments, ensure_ascii=False),
            }
        )
    return made


def response(body: dict, said: Answer, number: str, items: list, status: str) -> dict:
    usage = said.usage
    done = status in ("completed", "incomplete")
    return {
        "id": f"resp_{number}",
        "object": "response",
        "created_at": CREATED,
        "status": status,
        "background": False,
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if status == "incomplete" else None,
        "instructions": body.get("instructions"),
        "max_output_tokens": body.get("max_output_tokens"),
        "model": f"{body['model']}-2026-07-01",
        "output": items,
        "parallel_tool_calls": True,
        "previous_response_id": body.get("previous_response_id"),
        "reasoning": {"effort": (body.get("reasoning") or {}).get("effort"), "summary": None},
        "store": body.get("store", True),
        "temperature": body.get("temperature", 1.0),
        "text": body.get("text", {"format": {"type": "text"}}),
        "tool_choice": body.get("tool_choice", "auto"),
        "tools": body.get("tools", []),
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": {
            "input_tokens": usage.input,
            "input_tokens_details": {"cached_tokens": usage.cached, "cache_write_tokens": 0},
            "output_tokens": usage.output,
            "output_tokens_details": {"reasoning_tokens": usage.reasoning},
            "total_tokens": usage.input + usage.output,
        }
        if done
        else None,
        "user": None,
        "metadata": body.get("metadata") or {},
    }


def frames(body: dict, said: Answer, number: str, final: dict) -> list[bytes]:
    made: list[dict] = []

    def event(kind: str, **more) -> None:
        made.append({"type": kind, "sequence_number": len(made)} | more)

    started = response(body, said, number, [], "in_progress")
    event("response.created", response=started)
    event("response.in_progress", response=started)
    for index, each in enumerate(final["output"]):
        place = {"item_id": each["id"], "output_index": index}
        if each["type"] == "function_call":
            event(
                "response.output_item.added", output_index=index, item=each | {"arguments": "", "status": "in_progress"}
            )
            for piece in pieces(each["arguments"]):
                event("response.function_call_arguments.delta", **place, delta=piece)
            event("response.function_call_arguments.done", **place, name=each["name"], arguments=each["arguments"])
        elif each["type"] == "reasoning":
            event("response.output_item.added", output_index=index, item=each | {"summary": []})
            place = place | {"summary_index": 0}
            event("response.reasoning_summary_part.added", **place, part={"type": "summary_text", "text": ""})
            for piece in pieces(each["summary"][0]["text"]):
                event("response.reasoning_summary_text.delta", **place, delta=piece)
            event("response.reasoning_summary_text.done", **place, text=each["summary"][0]["text"])
            event("response.reasoning_summary_part.done", **place, part=each["summary"][0])
        else:
            event(
                "response.output_item.added", output_index=index, item=each | {"content": [], "status": "in_progress"}
            )
            place = place | {"content_index": 0}
            whole = each["content"][0]
            name, key = ("output_text", "text") if whole["type"] == "output_text" else ("refusal", "refusal")
            more = {"logprobs": []} if name == "output_text" else {}
            event("response.content_part.added", **place, part=whole | {key: ""})
            for piece in pieces(whole[key]):
                event(f"response.{name}.delta", **place, delta=piece, **more)
            event(f"response.{name}.done", **place, **{key: whole[key]}, **more)
            event("response.content_part.done", **place, part=whole)
        event("response.output_item.done", output_index=index, item=each)
    event(f"response.{final['status']}", response=final)
    return [f"event: {each['type']}\ndata: {json.dumps(each, ensure_ascii=False)}\n\n".encode() for each in made]


async def create(call: Call) -> None:
    body = call.parse()
    try:
        asked = read(call, body)
    except Invalid as invalid:
        raise refusal(invalid) from None
    await faults.before(call, asked)
    said, fault = answer(asked), asked.marks().get("fault", "")
    kept = call.server.state.setdefault("responses", {})
    number = f"{zlib.crc32(call.body):08x}"
    items = output(said, number)
    final = response(body, said, number, items, "incomplete" if said.stop == "length" else "completed")
    kept[final["id"]] = {"response": final, "turns": [*asked.turns, ("assistant", said.parts)], "input": body["input"]}
    if not asked.streams:
        return await faults.play_whole(call, json.dumps(final, ensure_ascii=False).encode(), fault)
    error = {
        "type": "error",
        "sequence_number": 99,
        "code": "server_error",
        "message": "The server had an error",
        "param": None,
    }
    frame = f"event: error\ndata: {json.dumps(error)}\n\n".encode()
    await faults.play(call, frames(body, said, number, final), fault, frame)


async def route(call: Call, rest: str) -> None:
    """`rest` is the path behind `/responses/`."""
    if not rest and call.method == "POST":
        return await create(call)
    id, _, what = rest.partition("/")
    kept = call.server.state.get("responses", {}).get(id)
    if kept is None:
        raise Refused(404, f"Response with id '{id}' not found.")
    if call.method == "DELETE":
        del call.server.state["responses"][id]
        return await call.answer(200, {"id": id, "object": "response", "deleted": True})
    if what == "input_items":
        given = kept["input"]
        content = [{"type": "input_text", "text": given if isinstance(given, str) else ""}]
        data = [{"id": "msg_in", "type": "message", "role": "user", "status": "completed", "content": content}]
        return await call.answer(
            200, {"object": "list", "data": data, "has_more": False, "first_id": "msg_in", "last_id": "msg_in"}
        )
    status = {"status": "cancelled"} if what == "cancel" else {}
    await call.answer(200, kept["response"] | status)
