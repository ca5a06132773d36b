"""`langchain-openai` and `langchain-anthropic`."""

from langchain_anthropic import ChatAnthropic
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_openai import ChatOpenAI, OpenAIEmbeddings

from . import with_anthropic, with_openai
from .spec import IMAGE64, PDF64, Ask, Bit, Called, Got, NotHere, numbers


def content(bit: Bit) -> dict:
    match bit.kind:
        case "image":
            return {"type": "image", "base64": IMAGE64, "mime_type": "image/png"}
        case "image-url":
            return {"type": "image", "url": bit.text}
        case "document":
            return {"type": "file", "base64": PDF64, "mime_type": "application/pdf", "filename": "timetable.pdf"}
    return {"type": "text", "text": bit.text}


def messages_of(ask: Ask) -> list:
    made = [SystemMessage(ask.system)] if ask.system else []
    for role, bits in ask.turns:
        if role == "native":
            made.append(bits)
            continue
        made += [
            ToolMessage(content=bit.text, tool_call_id=bit.id, name=bit.name) for bit in bits if bit.kind == "result"
        ]
        rest = [bit for bit in bits if bit.kind != "result"]
        if rest:
            said = rest[0].text if len(rest) == 1 and rest[0].kind == "text" else [content(bit) for bit in rest]
            made.append((AIMessage if role == "assistant" else HumanMessage)(said))
    return made


def got_of(message, stops: dict) -> Got:
    usage, metadata = message.usage_metadata, message.response_metadata
    blocks = message.content if isinstance(message.content, list) else [{"type": "text", "text": message.content}]
    got = Got(
        "".join(block.get("text", "") for block in blocks if isinstance(block, dict) and block.get("type") == "text"),
        [Called(call["id"], call["name"], call["args"]) for call in message.tool_calls],
        "".join(block.get("thinking", "") for block in blocks if isinstance(block, dict)),
        stops.get(metadata.get("finish_reason") or metadata.get("stop_reason")),
        native=message,
    )
    if usage:
        read, made = usage.get("input_token_details") or {}, usage.get("output_token_details") or {}
        got.usage = numbers(
            usage["input_tokens"], usage["output_tokens"], read.get("cache_read"), reasoning=made.get("reasoning")
        )
    return got


class Base:
    embeds = lists = counts = helper = False
    retries = True

    def __init__(self, context: dict):
        self.context = context
        self.key = context["key"]

    def make(self, key: str, **more):
        return {"api_key": key} | more

    def ask(self, ask: Ask, stream: bool, client=None) -> Got:
        if ask.extra:
            raise NotHere("LangChain has fields of its own")
        chain = self.chain(ask, client or {"api_key": self.key, "max_retries": 0})
        if not stream:
            return got_of(chain.invoke(messages_of(ask)), self.stops)
        whole, count = None, 0
        for chunk in chain.stream(messages_of(ask)):
            whole, count = chunk if whole is None else whole + chunk, count + 1
        if whole is None:
            raise AssertionError("no chunk at all")
        got = got_of(whole, self.stops)
        got.chunks = count
        return got


class OpenAI(Base):
    name = "langchain-openai"
    surface = home = "openai"
    errors = with_openai.Errors
    stops = with_openai.STOPS
    embeds = True

    def chain(self, ask: Ask, client: dict):
        more = {"max_tokens": ask.max_tokens, "temperature": ask.temperature, "stop": ask.stop}
        if ask.thinks:
            more |= {"reasoning_effort": "low", "max_tokens": 4096}
        url = f"{self.context['urls']['openai']}/v1"
        model = ChatOpenAI(model=ask.model, base_url=url, timeout=30, stream_usage=ask.wants_usage, **client, **more)
        if ask.tools:
            arguments = {"tool_choice": ask.choice} if ask.choice else {}
            if not ask.parallel:
                arguments["parallel_tool_calls"] = False
            return model.bind_tools(with_openai.chat_tools(ask), **arguments)
        if ask.schema:
            form = {"name": "town", "schema": ask.schema, "strict": True}
            return model.bind(response_format={"type": "json_schema", "json_schema": form})
        return model

    def structured(self, ask: Ask) -> dict:
        url = f"{self.context['urls']['openai']}/v1"
        model = ChatOpenAI(model=ask.model, base_url=url, api_key=self.key, max_retries=0)
        return model.with_structured_output(ask.schema, method="json_schema").invoke(messages_of(ask))

    def embed(self, model: str, inputs, **more) -> list[list[float]]:
        url = f"{self.context['urls']['openai']}/v1"
        made = OpenAIEmbeddings(model=model, base_url=url, api_key=self.key, check_embedding_ctx_length=False)
        return made.embed_documents(inputs if isinstance(inputs, list) else [inputs])


class Anthropic(Base):
    name = "langchain-anthropic"
    surface = home = "anthropic"
    errors = with_anthropic.Errors
    stops = with_anthropic.STOPS

    def chain(self, ask: Ask, client: dict):
        more = {"max_tokens": ask.max_tokens or 256}
        if ask.temperature is not None:
            more["temperature"] = ask.temperature
        if ask.stop:
            more["stop"] = ask.stop
        if ask.thinks:
            more |= {"thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 2048}
        model = ChatAnthropic(model=ask.model, base_url=self.context["urls"]["anthropic"], timeout=30, **client, **more)
        if ask.tools:
            arguments = (
                {"tool_choice": {"none": {"type": "none"}, "required": "any"}.get(ask.choice, ask.choice)}
                if ask.choice
                else {}
            )
            if not ask.parallel:
                arguments["parallel_tool_calls"] = False
            tools = [
                {"name": t["name"], "description": t["description"], "input_schema": t["schema"]} for t in ask.tools
            ]
            return model.bind_tools(tools, **arguments)
        if ask.schema:
            return model.bind(output_config={"format": {"type": "json_schema", "schema": ask.schema}})
        return model

    def structured(self, ask: Ask) -> dict:
        url = self.context["urls"]["anthropic"]
        model = ChatAnthropic(model=ask.model, base_url=url, api_key=self.key, max_retries=0, max_tokens=256)
        return model.with_structured_output(ask.schema).invoke(messages_of(ask))


def clients(context: dict) -> list:
    return [OpenAI(context), Anthropic(context)]
