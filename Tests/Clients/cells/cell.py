"""One client with one provider: a cell of the matrix, what features are made of, and what they check with."""

import json
import urllib.request
from dataclasses import dataclass

from providers import anthropic_api, bedrock_api, gemini_api, openai_chat
from providers.story import TEXT

from .spec import Ask, Bit, Got, NotHere

PROVIDERS = ("openai", "azure", "anthropic", "gemini", "vertex", "bedrock", "extractive")
OWN_FAULTS = {
    "openai": openai_chat.FAULTS,
    "azure": openai_chat.FAULTS,
    "anthropic": anthropic_api.FAULTS,
    "gemini": gemini_api.FAULTS,
    "vertex": gemini_api.FAULTS,
    "bedrock": bedrock_api.FAULTS,
    "extractive": {},
}
# What the gateway makes of a provider's status; see docs/errors.md.
STATUSES = {400: 400, 401: 502, 402: 429, 403: 502, 404: 404, 408: 504, 409: 400, 413: 413, 422: 400, 429: 429}
STATUSES |= {500: 502, 502: 502, 503: 503, 504: 504, 529: 503}
BEES = "Bees sleep at night. Owls sleep by day. When do owls sleep?"
FEATURES: list["Feature"] = []


@dataclass
class Feature:
    name: str
    function: object
    streams: tuple[bool, ...]
    gateway_only: bool
    extractive: bool


@dataclass
class Cell:
    """One client with one provider."""

    client: object
    provider: str
    stream: bool
    context: dict
    number: str

    @property
    def model(self) -> str:
        return self.context["models"][self.provider]

    @property
    def same_shape(self) -> bool:
        homes = {"azure": "openai", "vertex": "gemini"}
        responses = "responses" in self.client.name and self.provider != "openai"
        return self.client.surface == homes.get(self.provider, self.provider) and not responses

    @property
    def gateway(self) -> bool:
        return self.context["gateway"]

    def user(self, *said: str) -> tuple:
        text = " ".join(said)
        return ("user", [Bit("text", f"{text} [tag {self.number}]")])

    def ask(self, *said: str, **more) -> Got:
        return self.client.ask(Ask(self.model, [self.user(*said)], **more), self.stream)

    def report(self, ask: Ask) -> dict:
        """What the provider understood."""
        return json.loads(self.client.ask(ask, self.stream).text)

    def requests(self) -> list[dict]:
        with urllib.request.urlopen(f"{self.context['records']}/__requests?tag={self.number}", timeout=10) as answer:
            return json.load(answer)

    def not_here(self, condition: bool, why: str) -> None:
        if condition:
            raise NotHere(why)


def feature(
    name: str | None = None, streams: tuple = (False, True), gateway_only: bool = False, extractive: bool = False
):
    def register(function):
        label = name or function.__name__.replace("_", " ").strip()
        FEATURES.append(Feature(label, function, streams, gateway_only, extractive))
        return function

    return register


def equal(found, wanted, what: str) -> None:
    if found != wanted:
        raise AssertionError(f"{what}: expected {wanted!r:.160}, found {found!r:.160}")


def true(condition, what: str) -> None:
    if not condition:
        raise AssertionError(what)


def whole(got: Got, stop: str = "end") -> None:
    equal(got.text, TEXT, "text")
    equal(got.stop, stop, "stop reason")


def refused(c: Cell, status, action) -> Exception:
    errors = c.client.errors
    try:
        action()
    except errors.base as error:
        statuses = status if isinstance(status, tuple) else (status,)
        if c.client.name.startswith("litellm"):
            # It has statuses and classes of its own; whether a request is to blame must be right.
            wanted, found = statuses[0] >= 500, errors.status(error) >= 500
            # (With Gemini it goes by digits anywhere in the error, such as in our ids.)
            excused = "MidStream" in type(error).__name__ or c.client.surface == "gemini"
            true(wanted == found or excused, f"expected {status}, found {error}"[:300])
            return error
        true(
            errors.status(error) in statuses, f"status: expected {status}, found {errors.status(error)}: {error}"[:300]
        )
        found = errors.status(error)
        kind = errors.classes.get(found) or (errors.classes[500] if found >= 500 else errors.base)
        true(isinstance(error, kind), f"class: expected {kind.__name__}, found {type(error).__name__}")
        true(errors.code(error), f"no code or type: {error!r:.200}")
        return error
    raise AssertionError(f"expected an error {status}, but it succeeded")
