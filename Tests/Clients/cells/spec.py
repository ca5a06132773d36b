"""What is asked of an SDK and what it gave back, in a form that is the same for all of them."""

import base64
import struct
import zlib
from dataclasses import dataclass, field


class NotHere(Exception):
    """The combination has no meaning; the message says why."""


def png(width: int = 8) -> bytes:
    """A small grey picture."""

    def piece(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x80" * width for _ in range(width))
    head = struct.pack(">IIBBBBB", width, width, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + piece(b"IHDR", head) + piece(b"IDAT", zlib.compress(rows)) + piece(b"IEND", b"")


IMAGE = png()
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
IMAGE64, PDF64 = base64.b64encode(IMAGE).decode(), base64.b64encode(PDF).decode()
IMAGE_URL = "https://pictures.example/cat.png"


def tool(name: str, **properties) -> dict:
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return {"name": name, "description": f"Answers {name}.", "schema": schema}


WEATHER = tool("get_weather", city={"type": "string", "description": "Where"}, days={"type": "integer"})
CLOCK = tool("get_time", zone={"type": "string", "enum": ["Europe/Zurich", "UTC"]})
ARGUMENTS = {"get_weather": {"city": "Zürich", "days": 7}, "get_time": {"zone": "Europe/Zurich"}}
TOWN = {
    "title": "Town",
    "description": "A town.",
    "type": "object",
    "properties": {
        "city": {"type": "string"},
        "population": {"type": "integer"},
        "languages": {"type": "array", "items": {"type": "string", "enum": ["de", "fr"]}},
    },
    "required": ["city", "population", "languages"],
    "additionalProperties": False,
}


@dataclass
class Bit:
    """A piece of a turn."""

    kind: str  # text, image, image-url, document, result
    text: str = ""
    id: str = ""
    name: str = ""
    cached: bool = False


@dataclass
class Ask:
    """A request. A turn is `("user", [Bit])`, `("assistant", [Bit])` or `("native", what the SDK gave)`."""

    model: str
    turns: list
    system: str | None = None
    tools: list[dict] = field(default_factory=list)
    choice: str | None = None  # none, required or the name of a tool
    parallel: bool = True
    schema: dict | None = None
    max_tokens: int | None = 256
    temperature: float | None = None
    stop: list[str] | None = None
    thinks: bool = False
    wants_usage: bool = True
    extra: dict | None = None


@dataclass
class Called:
    id: str
    name: str
    arguments: dict


@dataclass
class Got:
    """An answer."""

    text: str = ""
    calls: list[Called] = field(default_factory=list)
    thoughts: str = ""
    stop: str | None = None  # end, length, tools, refusal
    usage: dict | None = None  # input (with what is cached), cached, written, output (with reasoning), reasoning
    usages: int | None = None  # how often a stream told the usage; None where the SDK does not show it
    chunks: int = 0
    native: object = None  # the turn, to be sent back as users of the SDK do
    raw: str = ""


def numbers(
    input: int, output: int, cached: int | None = 0, written: int | None = None, reasoning: int | None = None
) -> dict:
    return {"input": input, "output": output, "cached": cached or 0, "written": written, "reasoning": reasoning}
