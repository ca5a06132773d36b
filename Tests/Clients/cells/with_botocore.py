"""AWS's own library against the scripted Bedrock: it signs, and reads event streams, as everybody else must."""

import json

import botocore.config
import botocore.exceptions
import botocore.session

from .spec import IMAGE, PDF, Ask, Bit, Called, Got, NotHere, numbers

STOPS = {
    "end_turn": "end",
    "stop_sequence": "end",
    "max_tokens": "length",
    "tool_use": "tools",
    "guardrail_intervened": "refusal",
}


def block(bit: Bit) -> dict:
    match bit.kind:
        case "image":
            return {"image": {"format": "png", "source": {"bytes": IMAGE}}}
        case "image-url":
            raise NotHere("Bedrock takes no addresses of images")
        case "document":
            return {"document": {"format": "pdf", "name": "timetable", "source": {"bytes": PDF}}}
        case "result":
            return {"toolResult": {"toolUseId": bit.id, "content": [{"text": bit.text}]}}
    return {"text": bit.text}


def usage_of(usage: dict | None) -> dict | None:
    if usage is None:
        return None
    cached, written = usage.get("cacheReadInputTokens", 0), usage.get("cacheWriteInputTokens", 0)
    return numbers(usage["inputTokens"] + cached + written, usage["outputTokens"], cached, written)


class Errors:
    base = botocore.exceptions.ClientError
    classes = {status: botocore.exceptions.ClientError for status in (400, 401, 403, 404, 409, 413, 422, 429, 500)}

    @staticmethod
    def status(error) -> int | None:
        return error.response["ResponseMetadata"]["HTTPStatusCode"]

    @staticmethod
    def code(error) -> str | None:
        return error.response["Error"]["Code"]


class Converse:
    name = "botocore"
    surface = home = "bedrock"
    errors = Errors
    embeds = lists = counts = helper = retries = False

    def __init__(self, context: dict):
        self.context = context
        self.client = self.make(context["key"])

    def make(self, key: str, **more):
        return botocore.session.get_session().create_client(
            "bedrock-runtime",
            region_name="eu-central-2",
            endpoint_url=self.context["urls"]["bedrock"],
            aws_access_key_id="AKIDSCRIPTED",
            aws_secret_access_key=key,
            config=botocore.config.Config(retries={"total_max_attempts": 1}, read_timeout=30),
        )

    def arguments(self, ask: Ask) -> dict:
        if ask.schema or ask.extra:
            raise NotHere("not tried with botocore")
        messages = []
        for role, bits in ask.turns:
            messages.append(bits if role == "native" else {"role": role, "content": [block(bit) for bit in bits]})
        config = {"maxTokens": ask.max_tokens, "temperature": ask.temperature, "stopSequences": ask.stop}
        made = {
            "modelId": ask.model,
            "messages": messages,
            "inferenceConfig": {name: value for name, value in config.items() if value is not None},
        }
        if ask.system:
            made["system"] = [{"text": ask.system}]
        if ask.tools and ask.choice != "none":
            tools = [
                {"toolSpec": {"name": t["name"], "description": t["description"], "inputSchema": {"json": t["schema"]}}}
                for t in ask.tools
            ]
            made["toolConfig"] = {"tools": tools}
            if ask.choice:
                made["toolConfig"]["toolChoice"] = (
                    {"any": {}} if ask.choice == "required" else {"tool": {"name": ask.choice}}
                )
        if ask.thinks:
            made["additionalModelRequestFields"] = {"thinking": {"type": "enabled", "budget_tokens": 1024}}
            made["inferenceConfig"]["maxTokens"] = 2048
        return made

    def ask(self, ask: Ask, stream: bool, client=None) -> Got:
        client = client or self.client
        if not stream:
            answer = client.converse(**self.arguments(ask))
            return self.got(answer["output"]["message"]["content"], answer["stopReason"], answer["usage"])
        blocks, stop, usage, count = {}, None, None, 0
        for event in client.converse_stream(**self.arguments(ask))["stream"]:
            count += 1
            (kind, value), *_ = event.items()
            if kind == "contentBlockStart":
                blocks[value["contentBlockIndex"]] = {"toolUse": dict(value["start"]["toolUse"]) | {"input": ""}}
            elif kind == "contentBlockDelta":
                self.add(blocks, value["contentBlockIndex"], value["delta"])
            elif kind == "messageStop":
                stop = value["stopReason"]
            elif kind == "metadata":
                usage = value["usage"]
        for each in blocks.values():
            if "toolUse" in each:
                each["toolUse"]["input"] = json.loads(each["toolUse"]["input"])
        got = self.got([each for _, each in sorted(blocks.items())], stop, usage)
        got.chunks, got.usages = count, 1
        return got

    @staticmethod
    def add(blocks: dict, index: int, delta: dict) -> None:
        if "text" in delta:
            blocks.setdefault(index, {"text": ""})["text"] += delta["text"]
        elif "toolUse" in delta:
            blocks[index]["toolUse"]["input"] += delta["toolUse"]["input"]
        else:
            inner = blocks.setdefault(index, {"reasoningContent": {"reasoningText": {"text": "", "signature": ""}}})
            for name, piece in delta["reasoningContent"].items():
                inner["reasoningContent"]["reasoningText"][name] += piece

    def got(self, content: list, stop: str, usage: dict) -> Got:
        got = Got(stop=STOPS.get(stop, stop), usage=usage_of(usage), native={"role": "assistant", "content": content})
        for each in content:
            if "text" in each:
                got.text += each["text"]
            elif "toolUse" in each:
                got.calls.append(
                    Called(each["toolUse"]["toolUseId"], each["toolUse"]["name"], each["toolUse"]["input"])
                )
            else:
                got.thoughts += each["reasoningContent"]["reasoningText"]["text"]
        return got


def clients(context: dict) -> list:
    return [Converse(context)]
