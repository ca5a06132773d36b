"""A small schema language: what a field must be, and what is said when it is not.

A rule is a function of a value and its path that raises `Invalid`. Fields whose names begin with `x_` are a vendor's
own and pass everywhere, so that tests can see whether unknown fields are kept.
"""

import base64
import binascii
import re


class Invalid(Exception):
    """The value at `path` is not what it must be; `kind` is `unknown`, `missing`, `type` or `value`."""

    def __init__(self, path: str, message: str, kind: str = "value"):
        super().__init__(f"{path}: {message}")
        self.path, self.message, self.kind = path, message, kind


def child(path: str, name) -> str:
    if isinstance(name, int):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name


def fail(path: str, message: str, kind: str = "value"):
    raise Invalid(path, message, kind)


def anything(value, path: str) -> None:
    pass


def text(minimum: int = 0, maximum: int = 1 << 30, pattern: str | None = None):
    def rule(value, path):
        if not isinstance(value, str):
            fail(path, f"expected a string, got {type(value).__name__}", "type")
        if not minimum <= len(value) <= maximum:
            fail(path, f"the length {len(value)} is not between {minimum} and {maximum}")
        if pattern and not re.fullmatch(pattern, value):
            fail(path, f"does not match {pattern}")

    return rule


def number(minimum: float = float("-inf"), maximum: float = float("inf"), whole: bool = False):
    def rule(value, path):
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            fail(path, f"expected {'an integer' if whole else 'a number'}, got {type(value).__name__}", "type")
        if not minimum <= value <= maximum:
            fail(path, f"{value} is not between {minimum} and {maximum}")

    return rule


def integer(minimum: float = float("-inf"), maximum: float = float("inf")):
    return number(minimum, maximum, whole=True)


def boolean(value, path: str) -> None:
    if not isinstance(value, bool):
        fail(path, f"expected a boolean, got {type(value).__name__}", "type")


def mapping(value, path: str) -> None:
    if not isinstance(value, dict):
        fail(path, f"expected an object, got {type(value).__name__}", "type")


def one_of(*values):
    def rule(value, path):
        if value not in values:
            fail(path, f"{value!r} is not one of {', '.join(map(str, values))}")

    return rule


def listing(rule_of_items, minimum: int = 0, maximum: int = 1 << 30):
    def rule(value, path):
        if not isinstance(value, list):
            fail(path, f"expected an array, got {type(value).__name__}", "type")
        if not minimum <= len(value) <= maximum:
            fail(path, f"the array has {len(value)} items, not between {minimum} and {maximum}")
        for index, item in enumerate(value):
            rule_of_items(item, child(path, index))

    return rule


def table(rule_of_values):
    def rule(value, path):
        mapping(value, path)
        for name, item in value.items():
            rule_of_values(item, child(path, name))

    return rule


def nullable(rule):
    return lambda value, path: None if value is None else rule(value, path)


def either(*pairs):
    """The first rule whose Python type the value has: `either((str, text()), (list, listing(...)))`."""

    def rule(value, path):
        for kind, inner in pairs:
            if isinstance(value, kind):
                return inner(value, path)
        fail(path, f"{type(value).__name__} is not allowed here", "type")

    return rule


def fields(required: dict | None = None, optional: dict | None = None):
    """An object with exactly these fields."""
    required, optional = required or {}, optional or {}

    def rule(value, path):
        mapping(value, path)
        for name in required:
            if name not in value:
                fail(child(path, name), "field required", "missing")
        for name, item in value.items():
            if name in required:
                required[name](item, child(path, name))
            elif name in optional:
                optional[name](item, child(path, name))
            elif not name.startswith("x_"):
                fail(child(path, name), "Extra inputs are not permitted", "unknown")

    return rule


def tagged(tag: str, rules: dict):
    """An object whose field `tag` says which rule holds."""

    def rule(value, path):
        mapping(value, path)
        if tag not in value:
            fail(child(path, tag), "field required", "missing")
        if value[tag] not in rules:
            fail(child(path, tag), f"{value[tag]!r} is not one of {', '.join(map(str, rules))}")
        rules[value[tag]](value, path)

    return rule


def unbase64(value, path: str, url_safe: bool = False) -> bytes:
    """`url_safe`: takes both alphabets, as protobuf's JSON does."""
    text()(value, path)
    if url_safe:
        value = value.translate(str.maketrans("-_", "+/")).rstrip("=")
        value += "=" * (-len(value) % 4)
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        fail(path, "is not base64")


MAGIC = {
    "image/png": b"\x89PNG",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
    "application/pdf": b"%PDF-",
}


def media(data, media_type: str, path: str, allowed: tuple, url_safe: bool = False) -> bytes:
    """The bytes of an image or a document, which must be of the type that they claim to be."""
    if media_type not in allowed:
        fail(path, f"the media type {media_type!r} is not one of {', '.join(allowed)}")
    content = unbase64(data, path, url_safe)
    if media_type in MAGIC and not content.startswith(MAGIC[media_type]):
        fail(path, f"the data does not look like {media_type}")
    return content
