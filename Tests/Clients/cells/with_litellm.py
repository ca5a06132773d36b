"""LiteLLM as a client, speaking each of the gateway's surfaces; without a gateway, each provider's own."""

import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
os.environ["LITELLM_LOG"] = "ERROR"

import litellm  # noqa: E402

from . import with_openai  # noqa: E402
from .spec import Ask, Got, NotHere  # noqa: E402

litellm.telemetry = False
litellm.suppress_debug_info = True
litellm.drop_params = True
litellm.num_retries = 0
ABILITIES = (
    "system_messages",
    "function_calling",
    "tool_choice",
    "response_schema",
    "reasoning",
    "vision",
    "pdf_input",
)


class Errors(with_openai.Errors):
    """LiteLLM's exceptions are OpenAI's, below other names."""


class Completion:
    errors = Errors
    embeds = lists = counts = helper = retries = False

    def __init__(self, context: dict, surface: str):
        self.context, self.surface, self.home = context, surface, surface
        self.name = f"litellm ({surface})"
        self.key = context["key"]
        if context["gateway"]:
            # What LiteLLM does not know it takes for unable.
            abilities = {f"supports_{ability}": True for ability in ABILITIES}
            made = {"litellm_provider": surface, "mode": "chat", "max_tokens": 8192} | abilities
            litellm.register_model({f"{surface}/{alias}": made for alias in context["models"].values()})

    def make(self, key: str, **more):
        return {"api_key": key}

    def where(self) -> dict:
        url = self.context["urls"][self.surface]
        match self.surface:
            case "openai":
                return {"api_base": f"{url}/v1"}
            case "azure":
                return {"api_base": url, "api_version": "2026-06-01"}
            case "bedrock":
                names = {"aws_access_key_id": "AKIDSCRIPTED", "aws_secret_access_key": self.key}
                return names | {"aws_region_name": "eu-central-2", "aws_bedrock_runtime_endpoint": url}
            case "gemini":
                return {"api_base": f"{url}/v1beta"}
        return {"api_base": url}

    def ask(self, ask: Ask, stream: bool, client: dict | None = None) -> Got:
        if ask.extra:
            raise NotHere("LiteLLM has fields of its own")
        model = {"bedrock": f"bedrock/converse/{ask.model}"}.get(self.surface, f"{self.surface}/{ask.model}")
        arguments = with_openai.chat_arguments(ask) | self.where() | {"model": model, "num_retries": 0, "timeout": 30}
        if ask.thinks:
            arguments |= {"max_tokens": 4096, "allowed_openai_params": ["reasoning_effort"]}
            if self.surface in ("anthropic", "bedrock", "gemini"):
                del arguments["reasoning_effort"], arguments["allowed_openai_params"]
                arguments["thinking"] = {"type": "enabled", "budget_tokens": 1024}
        if self.surface != "bedrock":
            arguments |= client or {"api_key": self.key}
        arguments["messages"] = with_openai.chat_messages(ask)
        if not stream:
            answer = litellm.completion(**arguments)
            got = with_openai.chat_got(answer)
            if calls := answer.choices[0].message.tool_calls:
                # Without LiteLLM's own fields, which OpenAI refuses.
                made = [
                    {
                        "id": call.id,
                        "type": "function",
                        "function": {"name": call.function.name, "arguments": call.function.arguments},
                    }
                    for call in calls
                ]
                got.native = {"role": "assistant", "content": got.text or None, "tool_calls": made}
            return got
        if ask.wants_usage:
            arguments["stream_options"] = {"include_usage": True}
        gathered = with_openai.Gathered()
        for chunk in litellm.completion(**arguments, stream=True):
            if getattr(chunk, "usage", None) is None:
                chunk.usage = None
            gathered.add(chunk)
        got = gathered.done()
        return got


def clients(context: dict) -> list:
    surfaces = (
        ("openai", "anthropic", "gemini")
        if context["gateway"]
        else ("openai", "azure", "anthropic", "gemini", "bedrock")
    )
    return [Completion(context, surface) for surface in surfaces]
