"""The official `google-genai` package."""

from google import genai
from google.genai import errors, types

from .spec import IMAGE, PDF, Ask, Bit, Called, Got, numbers

STOPS = {"STOP": "end", "MAX_TOKENS": "length", "SAFETY": "refusal", "PROHIBITED_CONTENT": "refusal", None: None}


def part(bit: Bit) -> types.Part:
    match bit.kind:
        case "image":
            return types.Part.from_bytes(data=IMAGE, mime_type="image/png")
        case "image-url":
            return types.Part.from_uri(file_uri=bit.text, mime_type="image/png")
        case "document":
            return types.Part.from_bytes(data=PDF, mime_type="application/pdf")
        case "result":
            return types.Part(
                function_response=types.FunctionResponse(
                    name=bit.name, id=bit.id or None, response={"result": bit.text}
                )
            )
    return types.Part(text=bit.text)


class Errors:
    base = errors.APIError
    classes = {status: errors.ClientError for status in (400, 401, 403, 404, 409, 413, 422, 429)} | {
        500: errors.ServerError
    }

    @staticmethod
    def status(error) -> int | None:
        return getattr(error, "code", None)

    @staticmethod
    def code(error) -> str | None:
        return error.status


class Generate:
    surface = home = "gemini"
    name = "google-genai"
    errors = Errors
    lists = counts = True
    embeds = retries = helper = False

    def __init__(self, context: dict):
        self.context = context
        self.client = self.make(context["key"])

    def make(self, key: str, **more):
        options = types.HttpOptions(base_url=self.context["urls"]["gemini"], timeout=30000, **more)
        return genai.Client(api_key=key, http_options=options)

    def arguments(self, ask: Ask) -> dict:
        contents = []
        for role, bits in ask.turns:
            if role == "native":
                contents.append(bits)
            else:
                contents.append(
                    types.Content(role="model" if role == "assistant" else "user", parts=[part(b) for b in bits])
                )
        config = {
            "system_instruction": ask.system,
            "max_output_tokens": ask.max_tokens,
            "temperature": ask.temperature,
            "stop_sequences": ask.stop,
            "http_options": types.HttpOptions(extra_body=ask.extra) if ask.extra else None,
        }
        if ask.tools:
            made = [
                types.FunctionDeclaration(
                    name=t["name"], description=t["description"], parameters_json_schema=t["schema"]
                )
                for t in ask.tools
            ]
            config["tools"] = [types.Tool(function_declarations=made)]
            config["automatic_function_calling"] = types.AutomaticFunctionCallingConfig(disable=True)
            if ask.choice:
                mode = {"none": "NONE"}.get(ask.choice, "ANY")
                names = [ask.choice] if ask.choice not in ("none", "required") else None
                calling = types.FunctionCallingConfig(mode=mode, allowed_function_names=names)
                config["tool_config"] = types.ToolConfig(function_calling_config=calling)
        if ask.schema:
            config |= {"response_mime_type": "application/json", "response_json_schema": ask.schema}
        if ask.thinks:
            config["thinking_config"] = types.ThinkingConfig(include_thoughts=True, thinking_budget=1024)
            config["max_output_tokens"] = 2048
        made = types.GenerateContentConfig(**{name: value for name, value in config.items() if value is not None})
        return {"model": ask.model, "contents": contents, "config": made}

    def ask(self, ask: Ask, stream: bool, client=None) -> Got:
        made = (client or self.client).models
        if not stream:
            answer = made.generate_content(**self.arguments(ask))
            got = self.got([answer])
            got.raw = answer.sdk_http_response.body or ""
            return got
        return self.got(list(made.generate_content_stream(**self.arguments(ask))))

    def got(self, answers: list) -> Got:
        got, parts, finish, blocked = Got(), [], None, None
        for answer in answers:
            got.chunks += 1
            if answer.prompt_feedback and answer.prompt_feedback.block_reason:
                blocked = answer.prompt_feedback.block_reason
            for candidate in answer.candidates or []:
                finish = candidate.finish_reason.value if candidate.finish_reason else finish
                for each in (candidate.content.parts if candidate.content else None) or []:
                    parts.append(each)
            if answer.usage_metadata:
                usage = answer.usage_metadata
                reasoning = usage.thoughts_token_count
                got.usage = numbers(
                    usage.prompt_token_count or 0,
                    (usage.candidates_token_count or 0) + (reasoning or 0),
                    usage.cached_content_token_count,
                    reasoning=reasoning,
                )
        for each in parts:
            if each.function_call:
                got.calls.append(
                    Called(each.function_call.id or "", each.function_call.name, dict(each.function_call.args or {}))
                )
            elif each.thought:
                got.thoughts += each.text or ""
            else:
                got.text += each.text or ""
        got.stop = "refusal" if blocked else "tools" if got.calls and finish == "STOP" else STOPS.get(finish, finish)
        got.native = types.Content(role="model", parts=parts)
        return got

    def models(self) -> list[str]:
        return [model.name.removeprefix("models/") for model in self.client.models.list()]

    def model(self, id: str) -> str:
        return self.client.models.get(model=id).name.removeprefix("models/")

    def count(self, ask: Ask) -> int:
        arguments = self.arguments(ask)
        return self.client.models.count_tokens(model=ask.model, contents=arguments["contents"]).total_tokens


def clients(context: dict) -> list:
    return [Generate(context)]
