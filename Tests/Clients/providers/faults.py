"""What can go wrong, and how it is asked for: by a mark in the last user message.

[fault NAME]                               see each provider's table and `play`
[status 429 retry-after=2 should=false]    an error in the provider's shape, with these headers
[slow 0.5]                                 half a second until the first byte
[tag NAME]                                 the request is remembered under this name
"""

import asyncio

from .http import Call, Refused
from .story import Asked

# What every provider's streams can do, and whether a client must see the whole answer or an error.
COMMON = {
    "half": "error",  # the connection ends cleanly in the middle
    "truncated": "error",  # the body ends properly, but what says that the answer is finished never comes
    "reset": "error",  # the connection breaks
    "mid-error": "error",  # the provider's own error, in the middle
    "drip": "whole",  # seven bytes at a time
}


async def before(call: Call, asked: Asked) -> None:
    """What happens before the answer begins; raises where there will be none."""
    marks = asked.marks()
    call.record["tag"] = marks.get("tag")
    if "slow" in marks:
        await asyncio.sleep(float(marks["slow"]))
    if "status" in marks:
        status, *rest = marks["status"].split()
        named = dict(word.split("=", 1) for word in rest)
        headers = {"retry-after": "retry-after", "retry-after-ms": "retry-after-ms", "should": "x-should-retry"}
        raise Refused(
            int(status),
            f"scripted {status}",
            headers={headers[name]: value for name, value in named.items() if name in headers},
            code=named.get("code"),
        )


async def play(
    call: Call, frames: list[bytes], fault: str, error: bytes = b"", content_type: str | None = None
) -> None:
    """Sends the frames of a stream, with whatever goes wrong."""
    await (call.begin(content_type) if content_type else call.begin())
    middle = max(2, len(frames) // 2)
    if fault == "half":
        call.close()
        for frame in frames[:middle]:
            await call.chunk(frame)
        return
    if fault in ("truncated", "reset", "mid-error", "hang"):
        for frame in frames[:middle]:
            await call.chunk(frame)
        if fault == "hang":
            await asyncio.sleep(60)
        if fault == "reset":
            await asyncio.sleep(0.05)
            return call.reset()
        if fault == "mid-error":
            await call.chunk(error)
        return await call.end()
    if fault == "drip":
        content = b"".join(frames)
        for index in range(0, len(content), 7):
            await call.chunk(content[index : index + 7])
        return await call.end()
    for frame in frames:
        await call.chunk(frame)
    await call.end()


async def play_whole(call: Call, body: bytes, fault: str, headers: dict | None = None) -> None:
    """Sends an answer that is not streamed, with whatever goes wrong."""
    if fault in ("half", "reset"):
        call.close()
        await call.send(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
            + body[: len(body) // 2]
        )
        if fault == "reset":
            await asyncio.sleep(0.05)
            call.reset()
        return
    await call.answer(200, body, headers)
