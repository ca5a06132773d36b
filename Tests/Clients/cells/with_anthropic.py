"""The official `anthropic` package."""

import json

import anthropic

from .spec import IMAGE64, PDF64, Ask, Bit, Called, Got, NotHere, numbers

MAJOR = anthropic.__version__.split(".")[0]
STOPS = {
    "end_turn": "end",
    "stop_sequence": "end",
    "max_tokens": "length",
    "tool_use": "tools",
    "refusal": "refusal",
    "pause_turn": "end",
}


def block(bit: Bit) -> dict:
    match bit.kind:
        case "image":
            made = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": IMAGE64}}
        case "image-url":
            made = {"type": "image", "source": {"type": "url", "url": bit.text}}
        case "document":
            source = {"type": "base64", "media_type": "application/pdf", "data": PDF64}
            made = {"type": "document", "title": "timetable.pdf", "source": source}
        case "result":
            made = {"type": "tool_result", "tool_use_id": bit.id, "content": bit.text}
        case _:
            made = {"type": "text", "text": bit.text}
    return made | ({"cache_control": {"type": "ephemeral"}} if bit.cached else {})


def messages_of(ask: Ask) -> list:
    made = []
    for role, bits in ask.turns:
        if role == "native":
            made.append({"role": "assistant", "content": bits})
        elif len(bits) == 1 and bits[0].kind == "text" and not bits[0].cached:
            made.append({"role": role, "content": bits[0].text})
        else:
            made.append({"role": role, "content": [block(bit) for bit in bits]})
    return made


def tools_of(ask: Ask) -> dict:
    made = {
        "tools": [{"name": t["name"], "description": t["description"], "input_schema": t["schema"]} for t in ask.tools]
    }
    if ask.choice or not ask.parallel:
        kinds = {None: "auto", "none": "none", "required": "any"}
        choice = {"type": kinds[ask.choice]} if ask.choice in kinds else {"type": "tool", "name": ask.choice}
        if not ask.parallel:
            choice["disable_parallel_tool_use"] = True
        made["tool_choice"] = choice
    return made


def usage_of(usage) -> dict:
    cached, written = usage.cache_read_input_tokens or 0, usage.cache_creation_input_tokens or 0
    details = getattr(usage, "output_tokens_details", None)
    return numbers(
        (usage.input_tokens or 0) + cached + written,
        usage.output_tokens,
        cached,
        written,
        details.thinking_tokens if details else None,
    )


def got_of(message) -> Got:
    got = Got(stop=STOPS.get(message.stop_reason, message.stop_reason), usage=usage_of(message.usage))
    for each in message.content:
        if each.type == "text":
            got.text += each.text
        elif each.type == "thinking":
            got.thoughts += each.thinking
        elif each.type == "tool_use":
            got.calls.append(Called(each.id, each.name, each.input))
    got.native = message.content
    return got


class Errors:
    base = anthropic.APIError
    classes = {
        400: anthropic.BadRequestError,
        401: anthropic.AuthenticationError,
        403: anthropic.PermissionDeniedError,
        404: anthropic.NotFoundError,
        409: anthropic.ConflictError,
        413: anthropic.APIStatusError,
        422: anthropic.UnprocessableEntityError,
        429: anthropic.RateLimitError,
        500: anthropic.InternalServerError,
        503: anthropic.APIStatusError,
        504: anthropic.APIStatusError,
        529: anthropic.APIStatusError,
    }

    @staticmethod
    def status(error) -> int | None:
        return getattr(error, "status_code", None)

    @staticmethod
    def code(error) -> str | None:
        body = getattr(error, "body", None)
        if not isinstance(body, dict) or body.get("type") != "error":
            raise AssertionError(f"the error's body is not Anthropic's: {body!r:.200}")
        return body["error"]["type"]


class Messages:
    surface = home = "anthropic"
    errors = Errors
    lists = counts = retries = helper = True
    embeds = False

    def __init__(self, context: dict):
        self.name = f"anthropic {MAJOR}.x"
        self.context = context
        self.client = self.make(context["key"])

    def make(self, key: str, **more):
        more = {"max_retries": 0, "timeout": 30} | more
        return anthropic.Anthropic(base_url=self.context["urls"]["anthropic"], api_key=key, **more)

    def arguments(self, ask: Ask) -> dict:
        if ask.temperature is not None and MAJOR != "0":
            raise NotHere("anthropic 2.x has no temperature")
        made = {
            "model": ask.model,
            "messages": messages_of(ask),
            "max_tokens": ask.max_tokens or 256,
            "system": ask.system,
            "temperature": ask.temperature,
            "stop_sequences": ask.stop,
            "extra_body": ask.extra,
        }
        if ask.tools:
            made |= tools_of(ask)
        if ask.schema:
            form = {"type": "json_schema", "schema": ask.schema}
            made["output_config"] = {"format": form}
        if ask.thinks:
            made |= {"thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 2048}
        return {name: value for name, value in made.items() if value is not None}

    def ask(self, ask: Ask, stream: bool, client=None) -> Got:
        made = (client or self.client).messages
        if not stream:
            raw = made.with_raw_response.create(**self.arguments(ask))
            got = got_of(raw.parse())
            got.raw = raw.text if isinstance(raw.text, str) else raw.text()
            return got
        return self.gathered(made.create(**self.arguments(ask), stream=True))

    def gathered(self, stream) -> Got:
        """By hand, so that what the SDK's own helper forgives is seen."""
        got, blocks, usage, order, usages = Got(), {}, None, [], 0
        for event in stream:
            got.chunks += 1
            order.append(event.type)
            match event.type:
                case "message_start":
                    usage = event.message.usage
                case "content_block_start":
                    blocks[event.index] = [event.content_block, "", ""]
                case "content_block_delta":
                    delta = event.delta
                    piece = getattr(delta, "text", None) or getattr(delta, "thinking", None)
                    piece = piece or getattr(delta, "partial_json", None) or ""
                    blocks[event.index][1] += piece
                    blocks[event.index][2] += getattr(delta, "signature", None) or ""
                case "message_delta":
                    usages += 1
                    got.stop = STOPS.get(event.delta.stop_reason, event.delta.stop_reason)
                    for name in (
                        "input_tokens",
                        "output_tokens",
                        "cache_read_input_tokens",
                        "cache_creation_input_tokens",
                    ):
                        if getattr(event.usage, name, None) is not None:
                            setattr(usage, name, getattr(event.usage, name))
                    if getattr(event.usage, "output_tokens_details", None) is not None:
                        usage.output_tokens_details = event.usage.output_tokens_details
        if order[:1] != ["message_start"] or order[-1:] != ["message_stop"] or usages != 1:
            raise AssertionError(f"the order of events is {order[:3]} … {order[-3:]}")
        native = []
        for _, (start, said, signature) in sorted(blocks.items()):
            if start.type == "text":
                got.text += said
                native.append({"type": "text", "text": said})
            elif start.type == "thinking":
                got.thoughts += said
                native.append({"type": "thinking", "thinking": said, "signature": signature})
            else:
                arguments = json.loads(said or "{}")
                got.calls.append(Called(start.id, start.name, arguments))
                native.append({"type": "tool_use", "id": start.id, "name": start.name, "input": arguments})
        got.usage, got.usages, got.native = usage_of(usage), usages, native
        return got

    def with_helper(self, ask: Ask) -> Got:
        with self.client.messages.stream(**self.arguments(ask)) as stream:
            return got_of(stream.get_final_message())

    def leave(self, ask: Ask) -> None:
        stream = self.client.messages.create(**self.arguments(ask), stream=True)
        next(iter(stream))
        stream.close()

    def models(self) -> list[str]:
        return [model.id for model in self.client.models.list()]

    def model(self, id: str) -> str:
        return self.client.models.retrieve(id).id

    def count(self, ask: Ask) -> int:
        arguments = self.arguments(ask)
        del arguments["max_tokens"]
        return self.client.messages.count_tokens(**arguments).input_tokens


def clients(context: dict) -> list:
    return [Messages(context)]
