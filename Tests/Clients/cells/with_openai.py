"""The official `openai` package: chat completions, the same through its Azure client, and responses."""

import json

import openai

from .spec import IMAGE64, PDF64, Ask, Bit, Called, Got, NotHere, numbers

MAJOR = openai.__version__.split(".")[0]
STOPS = {"stop": "end", "length": "length", "tool_calls": "tools", "content_filter": "refusal", None: None}


def usage_of(usage) -> dict | None:
    if usage is None:
        return None
    given, made = usage.prompt_tokens_details, usage.completion_tokens_details
    return numbers(
        usage.prompt_tokens,
        usage.completion_tokens,
        given.cached_tokens if given else 0,
        reasoning=made.reasoning_tokens if made else None,
    )


def chat_messages(ask: Ask, native=lambda turn: [turn]) -> list:
    """The conversation as OpenAI's chat completions take it."""
    messages = [{"role": "system", "content": ask.system}] if ask.system else []
    for role, bits in ask.turns:
        if role == "native":
            messages += native(bits)
            continue
        results = [bit for bit in bits if bit.kind == "result"]
        messages += [{"role": "tool", "tool_call_id": bit.id, "content": bit.text} for bit in results]
        rest = [bit for bit in bits if bit.kind != "result"]
        if len(rest) == 1 and rest[0].kind == "text" and not rest[0].cached:
            messages.append({"role": role, "content": rest[0].text})
        elif rest:
            messages.append({"role": role, "content": [chat_part(bit) for bit in rest]})
    return messages


def chat_part(bit: Bit) -> dict:
    match bit.kind:
        case "image":
            return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{IMAGE64}"}}
        case "image-url":
            return {"type": "image_url", "image_url": {"url": bit.text}}
        case "document":
            file = {"filename": "timetable.pdf", "file_data": f"data:application/pdf;base64,{PDF64}"}
            return {"type": "file", "file": file}
    return {"type": "text", "text": bit.text}


def chat_tools(ask: Ask) -> list:
    return [
        {
            "type": "function",
            "function": {"name": tool["name"], "description": tool["description"], "parameters": tool["schema"]},
        }
        for tool in ask.tools
    ]


def chat_choice(ask: Ask):
    if ask.choice in (None, "none", "required"):
        return ask.choice
    return {"type": "function", "function": {"name": ask.choice}}


def chat_arguments(ask: Ask) -> dict:
    """What all libraries that speak in OpenAI's words take."""
    made = {"max_tokens": ask.max_tokens, "temperature": ask.temperature, "stop": ask.stop}
    if ask.tools:
        made |= {"tools": chat_tools(ask), "tool_choice": chat_choice(ask)}
        if not ask.parallel:
            made["parallel_tool_calls"] = False
    if ask.schema:
        form = {"name": "town", "schema": ask.schema, "strict": True}
        made["response_format"] = {"type": "json_schema", "json_schema": form}
    if ask.thinks:  # with room for it, which some providers insist on
        made |= {"reasoning_effort": "low", "max_tokens": 4096}
    return {name: value for name, value in made.items() if value is not None}


class Gathered:
    """An answer that arrives in chunks."""

    def __init__(self):
        self.got, self.calls, self.usages = Got(), {}, []

    def add(self, chunk) -> None:
        self.got.chunks += 1
        if chunk.usage is not None:
            self.usages.append(chunk.usage)
        for choice in chunk.choices:
            self.got.text += choice.delta.content or ""
            self.got.thoughts += getattr(choice.delta, "reasoning_content", None) or ""
            self.got.stop = choice.finish_reason or self.got.stop
            for piece in choice.delta.tool_calls or []:
                call = self.calls.setdefault(piece.index, {"id": "", "name": "", "arguments": ""})
                call["id"] += piece.id or ""
                call["name"] += piece.function.name or ""
                call["arguments"] += piece.function.arguments or ""

    def done(self) -> Got:
        got = self.got
        got.stop, got.usages = STOPS.get(got.stop, got.stop), len(self.usages)
        got.usage = usage_of(self.usages[-1]) if self.usages else None
        got.calls = [Called(call["id"], call["name"], json.loads(call["arguments"])) for call in self.calls.values()]
        got.native = {"role": "assistant", "content": got.text or None}
        if self.calls:
            got.native["tool_calls"] = [
                {
                    "id": call["id"],
                    "type": "function",
                    "function": {"name": call["name"], "arguments": call["arguments"]},
                }
                for call in self.calls.values()
            ]
        return got


def chat_got(answer) -> Got:
    choice = answer.choices[0]
    calls = [
        Called(each.id, each.function.name, json.loads(each.function.arguments))
        for each in choice.message.tool_calls or []
    ]
    return Got(
        choice.message.content or "",
        calls,
        getattr(choice.message, "reasoning_content", None) or "",
        STOPS.get(choice.finish_reason, choice.finish_reason),
        usage_of(answer.usage),
        native=choice.message,
    )


class Errors:
    """How this package says that something went wrong."""

    base = openai.APIError
    classes = {
        400: openai.BadRequestError,
        401: openai.AuthenticationError,
        403: openai.PermissionDeniedError,
        404: openai.NotFoundError,
        409: openai.ConflictError,
        413: openai.APIStatusError,
        422: openai.UnprocessableEntityError,
        429: openai.RateLimitError,
        500: openai.InternalServerError,
    }

    @staticmethod
    def status(error) -> int | None:
        return getattr(error, "status_code", None)

    @staticmethod
    def code(error) -> str | None:
        return getattr(error, "code", None) or getattr(error, "type", None)


class Chat:
    surface = "openai"
    home = "openai"
    errors = Errors
    embeds = lists = retries = helper = True
    counts = False

    def __init__(self, context: dict):
        self.name = f"openai {MAJOR}.x"
        self.context = context
        self.client = self.make(context["key"])

    def make(self, key: str, **more):
        more = {"max_retries": 0, "timeout": 30} | more
        return openai.OpenAI(base_url=f"{self.context['urls']['openai']}/v1", api_key=key, **more)

    def ask(self, ask: Ask, stream: bool, client=None) -> Got:
        arguments = chat_arguments(ask) | {"model": ask.model, "messages": chat_messages(ask), "extra_body": ask.extra}
        made = (client or self.client).chat.completions
        if not stream:
            raw = made.with_raw_response.create(**arguments)
            got = chat_got(raw.parse())
            got.raw = raw.text if isinstance(raw.text, str) else raw.text()
            return got
        if ask.wants_usage:
            arguments["stream_options"] = {"include_usage": True}
        gathered = Gathered()
        for chunk in made.create(**arguments, stream=True):
            gathered.add(chunk)
        return gathered.done()

    def with_helper(self, ask: Ask) -> Got:
        arguments = chat_arguments(ask) | {"model": ask.model, "messages": chat_messages(ask)}
        with self.client.chat.completions.stream(**arguments) as stream:
            for _ in stream:
                pass
            return chat_got(stream.get_final_completion())

    def leave(self, ask: Ask) -> None:
        arguments = chat_arguments(ask) | {"model": ask.model, "messages": chat_messages(ask)}
        stream = self.client.chat.completions.create(**arguments, stream=True)
        next(stream)
        stream.close()

    def models(self) -> list[str]:
        return [model.id for model in self.client.models.list()]

    def model(self, id: str) -> str:
        return self.client.models.retrieve(id).id

    def embed(self, model: str, inputs, **more) -> list[list[float]]:
        answer = self.client.embeddings.create(model=model, input=inputs, **more)
        return [each.embedding for each in answer.data]


class Azure(Chat):
    home = "azure"
    lists = False

    def __init__(self, context: dict):
        super().__init__(context)
        self.name = f"openai {MAJOR}.x (Azure)"

    def make(self, key: str, **more):
        more = {"max_retries": 0, "timeout": 30} | more
        url = self.context["urls"]["azure"]
        return openai.AzureOpenAI(azure_endpoint=url, api_key=key, api_version="2026-06-01", **more)

    def models(self):
        raise NotHere("Azure lists deployments in its management API")


class Responses(Chat):
    embeds = lists = helper = False

    def __init__(self, context: dict):
        super().__init__(context)
        self.name = f"openai {MAJOR}.x (responses)"

    def arguments(self, ask: Ask) -> dict:
        if ask.stop:
            raise NotHere("the responses API has no stop sequences")
        if ask.max_tokens is not None and ask.max_tokens < 16:
            raise NotHere("the responses API takes no limit below 16")
        items = []
        for role, bits in ask.turns:
            if role == "native":
                items += bits
                continue
            items += [
                {"type": "function_call_output", "call_id": b.id, "output": b.text} for b in bits if b.kind == "result"
            ]
            kind = "output_text" if role == "assistant" else "input_text"
            if rest := [self.part(bit, kind) for bit in bits if bit.kind != "result"]:
                items.append({"role": role, "content": rest})
        made = {
            "model": ask.model,
            "input": items,
            "instructions": ask.system,
            "max_output_tokens": ask.max_tokens,
            "temperature": ask.temperature,
            "extra_body": ask.extra,
        }
        if ask.tools:
            made["tools"] = [
                {
                    "type": "function",
                    "name": t["name"],
                    "description": t["description"],
                    "parameters": t["schema"],
                    "strict": True,
                }
                for t in ask.tools
            ]
            named = ask.choice not in (None, "none", "required")
            made["tool_choice"] = {"type": "function", "name": ask.choice} if named else ask.choice
            if not ask.parallel:
                made["parallel_tool_calls"] = False
        if ask.schema:
            made["text"] = {"format": {"type": "json_schema", "name": "town", "schema": ask.schema, "strict": True}}
        if ask.thinks:
            made |= {"reasoning": {"effort": "low", "summary": "auto"}, "max_output_tokens": 4096}
        return {name: value for name, value in made.items() if value is not None}

    def part(self, bit: Bit, kind: str) -> dict:
        match bit.kind:
            case "image":
                return {"type": "input_image", "image_url": f"data:image/png;base64,{IMAGE64}", "detail": "auto"}
            case "image-url":
                return {"type": "input_image", "image_url": bit.text, "detail": "auto"}
            case "document":
                data = f"data:application/pdf;base64,{PDF64}"
                return {"type": "input_file", "filename": "timetable.pdf", "file_data": data}
        return {"type": kind, "text": bit.text} | ({"annotations": []} if kind == "output_text" else {})

    def got(self, answer) -> Got:
        got = Got(stop="end")
        for item in answer.output:
            if item.type == "message":
                for part in item.content:
                    got.text += part.text if part.type == "output_text" else part.refusal
                    got.stop = "refusal" if part.type == "refusal" else got.stop
            elif item.type == "function_call":
                got.calls.append(Called(item.call_id, item.name, json.loads(item.arguments)))
                got.stop = "tools"
            elif item.type == "reasoning":
                got.thoughts += "".join(part.text for part in item.summary)
        if answer.status == "incomplete":
            reason = answer.incomplete_details.reason
            got.stop = "length" if reason == "max_output_tokens" else "refusal"
        elif answer.status != "completed":
            raise AssertionError(f"the response's status is {answer.status}")
        if usage := answer.usage:
            got.usage = numbers(
                usage.input_tokens,
                usage.output_tokens,
                usage.input_tokens_details.cached_tokens,
                reasoning=usage.output_tokens_details.reasoning_tokens,
            )
        got.native = [item.model_dump(exclude_none=True) for item in answer.output]
        return got

    def leave(self, ask: Ask) -> None:
        stream = self.client.responses.create(**self.arguments(ask), stream=True)
        next(stream)
        stream.close()

    def ask(self, ask: Ask, stream: bool, client=None) -> Got:
        made = (client or self.client).responses
        if not stream:
            raw = made.with_raw_response.create(**self.arguments(ask))
            got = self.got(raw.parse())
            got.raw = raw.text if isinstance(raw.text, str) else raw.text()
            return got
        final, text, arguments, count, last = None, "", "", 0, -1
        for event in made.create(**self.arguments(ask), stream=True):
            count += 1
            if event.type not in ("error", "response.failed"):  # whose numbers are looked at in traps.py
                if event.sequence_number <= last:
                    raise AssertionError(f"sequence number {event.sequence_number} behind {last}")
                last = event.sequence_number
            match event.type:
                case "response.output_text.delta" | "response.refusal.delta":
                    text += event.delta
                case "response.function_call_arguments.delta":
                    arguments += event.delta
                case "response.completed" | "response.incomplete":
                    final = event.response
                case "response.failed":
                    raise openai.APIError(str(event.response.error), request=None, body=None)
                case "error":
                    raise openai.APIError(event.message, request=None, body=None)
        if final is None:
            raise AssertionError("the stream ended without response.completed")
        got = self.got(final)
        if got.text != text:
            raise AssertionError(f"the pieces {text!r:.80} are not the text {got.text!r:.80}")
        if sum(len(item.arguments) for item in final.output if item.type == "function_call") != len(arguments):
            raise AssertionError("the pieces of the arguments are not the arguments")
        got.chunks, got.usages = count, 1
        return got


def clients(context: dict) -> list:
    made = [Chat(context), Azure(context)]
    return made + [Responses(context)] if int(MAJOR) >= 3 else made
