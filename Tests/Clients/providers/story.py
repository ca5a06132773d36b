"""What was asked, whatever the wire said it in, and what the scripted model answers to it.

The answer follows from the conversation alone. Marks in the last user message choose it:

    (none)        `TEXT`
    [report]      what the provider has understood, as JSON: `Asked.report()`
    [tools]       a call of the first tool; [parallel] calls the first two
    [refuse]      the provider's content filter
    [cached]      usage with tokens from a cache
    [long]        a text of 400 sentences
    [echo WORD]   the word

A turn that ends with tool results is answered with what they say, a response format with an instance of its schema, and
thinking that was asked for with a thought that is signed.
"""

import base64
import json
import re
import zlib
from dataclasses import dataclass, field

from .http import Refused

TEXT = "Der Nachtzug fährt um neun – „Frühstück“ gibt es vor Zürich. 🚆 Seats are free, beds are not."
THOUGHT = "The question is about a train, so the timetable decides. ✓"
REFUSAL = "I cannot help with that."
CREATED = 1790000000
SAMPLES = {"string": "Zürich", "integer": 7, "number": 2.5, "boolean": True, "null": None}


@dataclass
class Part:
    """A piece of a turn: text, image, document, audio, thinking, call, result or refusal."""

    kind: str
    text: str = ""
    media: str = ""
    size: int = 0
    name: str = ""
    id: str = ""
    arguments: dict | None = None
    signature: str | None = None
    failed: bool = False
    cached: bool = False
    parts: list = field(default_factory=list)

    def told(self) -> str:
        match self.kind:
            case "text" | "refusal" | "thinking":
                return f"{self.kind}:{self.text}"
            case "call":
                return f"call:{self.name} {json.dumps(self.arguments, sort_keys=True, ensure_ascii=False)}"
            case "result":
                media = "".join(f" +{part.told()}" for part in self.parts)
                return f"result{' failed' if self.failed else ''}:{self.text}{media}"
        return f"{self.kind}:{self.media} {self.size or self.text}"


@dataclass
class Asked:
    """One request to a chat model."""

    model: str
    system: list[str] = field(default_factory=list)
    turns: list[tuple[str, list[Part]]] = field(default_factory=list)
    tools: list[dict] = field(default_factory=list)  # name, description, schema
    choice: str = "auto"  # auto, none, required or the name of a tool
    parallel: bool = True
    settings: dict = field(default_factory=dict)
    schema: dict | None = None
    schema_name: str | None = None
    json_only: bool = False
    thinks: bool = False
    hides_thoughts: bool = False  # it thinks, and is not asked to show it
    streams: bool = False
    wants_usage: bool = False
    vendor: dict = field(default_factory=dict)

    def add(self, role: str, parts: list[Part]) -> None:
        """Adds to the last turn if it is of the same role."""
        if self.turns and self.turns[-1][0] == role:
            self.turns[-1][1].extend(parts)
        else:
            self.turns.append((role, list(parts)))

    def last_text(self) -> str:
        for role, parts in reversed(self.turns):
            if role == "user" and (found := " ".join(part.text for part in parts if part.kind == "text")):
                return found
        return ""

    def marks(self) -> dict[str, str]:
        return {name: rest.strip() for name, rest in re.findall(r"\[([a-z-]+)([^\]]*)\]", self.last_text())}

    def report(self) -> dict:
        """The request in a form that is the same for every provider."""
        return {
            "system": "\n\n".join(self.system),
            "turns": [[role, [part.told() for part in parts]] for role, parts in self.turns],
            "tools": [tool["name"] for tool in self.tools],
            "properties": [sorted((tool["schema"] or {}).get("properties", {})) for tool in self.tools],
            "choice": self.choice,
            "settings": {name: value for name, value in sorted(self.settings.items()) if value is not None},
            "cached": sum(part.cached for _, parts in self.turns for part in parts),
        } | ({"vendor": self.vendor} if self.vendor else {})


@dataclass
class Usage:
    """`input` holds what came from a cache and what was written to it, `output` the reasoning."""

    input: int = 31
    cached: int = 0
    written: int = 0
    output: int = 17
    reasoning: int = 0


@dataclass
class Answer:
    parts: list[Part]
    stop: str = "end"  # end, length, tools, sequence, refusal
    sequence: str | None = None
    usage: Usage = field(default_factory=Usage)

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts if part.kind == "text")

    @property
    def calls(self) -> list[Part]:
        return [part for part in self.parts if part.kind == "call"]

    @property
    def thoughts(self) -> list[Part]:
        return [part for part in self.parts if part.kind == "thinking"]


def signature(thought: str) -> str:
    """What a provider signs a thought with; base64, as real ones are."""
    return base64.b64encode(b"signed:%08x" % zlib.crc32(thought.encode())).decode()


def sample(schema, root=None):
    """An instance of a JSON schema (of the subset that tools and response formats use)."""
    root = root or schema
    if not isinstance(schema, dict):
        return SAMPLES["string"]
    if "$ref" in schema:
        target = root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return sample(target, root)
    for name in ("anyOf", "oneOf", "allOf"):
        if schema.get(name):
            return sample(schema[name][0], root)
    if schema.get("enum"):
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = (kind[0] if isinstance(kind, list) else kind).lower()
    if kind == "object":
        return {name: sample(value, root) for name, value in schema.get("properties", {}).items()}
    if kind == "array":
        return [sample(schema.get("items", {}), root)]
    return SAMPLES.get(kind)


def answer(asked: Asked) -> Answer:
    """What the scripted model says."""
    marks, parts, usage = asked.marks(), [], Usage()
    if asked.thinks:
        usage.reasoning = 5
        if not asked.hides_thoughts:
            parts.append(Part("thinking", THOUGHT, signature=signature(THOUGHT)))
    if "cached" in marks:
        usage = Usage(input=100, cached=60, written=20, output=17, reasoning=usage.reasoning)
    if "refuse" in marks:
        return Answer([Part("text", REFUSAL)], "refusal", usage=usage)
    results = [part for part in asked.turns[-1][1] if part.kind == "result"] if asked.turns else []
    named = asked.choice not in ("auto", "none", "required")
    if (
        asked.tools
        and asked.choice != "none"
        and (named or asked.choice == "required" or (not results and ("tools" in marks or "parallel" in marks)))
    ):
        chosen = [tool for tool in asked.tools if not named or tool["name"] == asked.choice]
        count = 2 if "parallel" in marks and asked.parallel and not named else 1
        calls = [
            Part("call", id=f"call_{index + 1}", name=tool["name"], arguments=sample(tool["schema"]))
            for index, tool in enumerate(chosen[:count])
        ]
        return Answer(parts + calls, "tools", usage=usage)
    if results:
        said = "It says: " + "; ".join(f"{part.name}={part.text}" for part in results)
    elif asked.schema is not None:
        said = json.dumps(sample(asked.schema), ensure_ascii=False)
    elif asked.json_only:
        said = '{"city": "Zürich"}'
    elif "report" in marks:
        said = json.dumps(asked.report(), ensure_ascii=False)
    elif "echo" in marks:
        said = marks["echo"]
    elif "long" in marks:
        said = " ".join(f"Sentence {index}: {TEXT}" for index in range(400))
    else:
        said = TEXT
    stop, sequence = "end", None
    for mark in asked.settings.get("stop") or []:
        if mark in said and "report" not in marks:
            said, stop, sequence = said[: said.index(mark)], "sequence", mark
    limit = asked.settings.get("max_tokens")
    if limit is not None and limit < 8:
        said, stop = " ".join(said.split(" ")[:limit]), "length"
    return Answer(parts + [Part("text", said)], stop, sequence, usage)


def pieces(said: str, size: int = 5) -> list[str]:
    """The text in small pieces that respect neither words nor anything else."""
    if len(said) > 5000:
        size = 40
    return [said[index : index + size] for index in range(0, len(said), size)]


def check_calls(asked: Asked, ids: bool = True) -> None:
    """Every call is answered in the turn behind it, and nothing is answered that was not called."""
    for index, (role, parts) in enumerate(asked.turns):
        calls = [part for part in parts if part.kind == "call"]
        following = asked.turns[index + 1][1] if index + 1 < len(asked.turns) else []
        results = [part for part in following if part.kind == "result"]
        if role == "assistant" and (calls or results):
            called = sorted(part.id if ids else part.name for part in calls)
            answered = sorted(part.id if ids else part.name for part in results)
            if called != answered:
                raise Refused(
                    400, f"turn {index}: the calls {called} must be followed by their results, found {answered}"
                )
            for part in results:
                part.name = next(call.name for call in calls if not ids or call.id == part.id) if ids else part.name
        if index == 0 and any(part.kind == "result" for part in parts):
            raise Refused(400, "turn 0: a result without a call")
    if asked.turns and asked.turns[-1][0] == "assistant" and any(p.kind == "call" for p in asked.turns[-1][1]):
        raise Refused(400, "the last turn's calls are not answered")
