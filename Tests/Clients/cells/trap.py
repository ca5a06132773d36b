"""One provider behind the gateway, on plain HTTP: what traps are made of."""

import http.client
import json
from dataclasses import dataclass

from .cell import true
from .spec import CLOCK, WEATHER

CHATS = ("openai", "azure", "anthropic", "gemini", "vertex", "bedrock")
TRANSLATED = ("anthropic", "gemini", "vertex", "bedrock")
TRAPS: list = []
DROPPED = "Gatehouse-Dropped-Params"


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.json["choices"][0]["message"]["content"]


@dataclass
class Trap:
    """One provider, and how to talk to the gateway about it."""

    provider: str
    context: dict
    number: str

    @property
    def model(self) -> str:
        return self.context["models"][self.provider]

    @property
    def tag(self) -> str:
        return f"[tag {self.number}]"

    def send(self, method: str, path: str, body=None, headers: dict | None = None, key: bool = True) -> Answer:
        address = self.context["urls"]["openai"].removeprefix("http://")
        connection = http.client.HTTPConnection(address, timeout=30)
        content = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        sent = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {self.context['key']}"} if key else {}
        )
        connection.request(method, path, content, sent | (headers or {}))
        response = connection.getresponse()
        named = {name.lower(): value for name, value in response.getheaders()}
        try:
            content = response.read()
        except http.client.IncompleteRead as broken:  # which is how an answer ends that is not whole
            content = broken.partial
        answer = Answer(response.status, named, content)
        connection.close()
        return answer

    def chat(self, messages: list, **more) -> Answer:
        body = {"model": self.model, "messages": messages, "max_tokens": 256} | more
        body = {name: value for name, value in body.items() if value is not None}
        answer = self.send("POST", "/v1/chat/completions", body)
        true(answer.status == 200, f"{answer.status}: {answer.body.decode()[:400]}")
        return answer

    def report(self, messages: list, **more) -> dict:
        return json.loads(self.chat(messages, **more).text)

    def messages(self, messages: list, headers: dict | None = None, **more) -> Answer:
        body = {"model": self.model, "messages": messages, "max_tokens": 256} | more
        answer = self.send("POST", "/v1/messages", body, {"anthropic-version": "2023-06-01"} | (headers or {}))
        true(answer.status == 200, f"{answer.status}: {answer.body.decode()[:400]}")
        return answer

    def sent(self) -> dict:
        """What the provider received last."""
        address = self.context["records"].removeprefix("http://")
        connection = http.client.HTTPConnection(address, timeout=10)
        connection.request("GET", f"/__requests?tag={self.number}")
        records = json.loads(connection.getresponse().read())
        true(records, "nothing reached the provider")
        return records[-1]

    def dropped(self, answer: Answer, *names: str) -> None:
        """The header names these parameters, and the provider did not get them."""
        told = answer.headers.get(DROPPED.lower(), "")
        for name in names:
            true(name in told, f"{DROPPED} does not name {name}: {told!r}")


def trap(name: str, providers: tuple = CHATS):
    def register(function):
        TRAPS.append((name, function, providers))
        return function

    return register


def user(*parts) -> dict:
    content = (
        parts[0]
        if len(parts) == 1 and isinstance(parts[0], str)
        else [{"type": "text", "text": part} if isinstance(part, str) else part for part in parts]
    )
    return {"role": "user", "content": content}


def call(id: str, name: str, arguments: str) -> dict:
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def function(tool: dict) -> dict:
    made = {"name": tool["name"], "description": tool["description"], "parameters": tool["schema"]}
    return {"type": "function", "function": made}


TOOLS = [function(WEATHER), function(CLOCK)]
