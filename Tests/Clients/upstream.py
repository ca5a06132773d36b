"""A scripted model server in OpenAI's published wire format. The model's name says how it behaves; see BEHAVIOURS.

    upstream.py --port 9100 --key sk-upstream

It remembers what it received: `GET /__requests` lists it (`?after=N` only what came after the Nth).
"""

import argparse
import asyncio
import base64
import gzip
import hashlib
import json
import socket
import struct
import time

TEXT = "The night train leaves at nine and arrives before breakfast. Seats are free, beds are not."
EMAIL = "jane.miller@riverbend-logistics.com"
LEAKY_TEXT = f"Please write to {EMAIL} before noon, or call the front desk."
USAGE = {
    "prompt_tokens": 11,
    "completion_tokens": 19,
    "total_tokens": 30,
    "prompt_tokens_details": {"cached_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 0},
}
CREATED = 1790000000


def chat(model: str, message: dict, finish: str = "stop", **more) -> dict:
    """A chat completion."""
    return {
        "id": "chatcmpl-mock",
        "object": "chat.completion",
        "created": CREATED,
        "model": model,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": None, "refusal": None} | message,
                "logprobs": None,
                "finish_reason": finish,
            }
        ],
        "usage": USAGE,
        "system_fingerprint": "fp_mock",
    } | more


def chunk(model: str, delta: dict | None, finish: str | None = None, **more) -> dict:
    """A chunk of a streamed chat completion; without a delta it has no choices."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]
    return {
        "id": "chatcmpl-mock",
        "object": "chat.completion.chunk",
        "created": CREATED,
        "model": model,
        "system_fingerprint": "fp_mock",
        "choices": choices,
    } | more


def error(message: str, type: str, code: str | None, param: str | None = None) -> dict:
    return {"error": {"message": message, "type": type, "param": param, "code": code}}


def pieces(text: str, size: int = 4) -> list[str]:
    """The text in small pieces that respect neither words nor anything else."""
    return [text[i : i + size] for i in range(0, len(text), size)]


class Exchange:
    """One request, and the means to answer it well or badly."""

    def __init__(self, server: "Upstream", reader, writer, method: str, path: str, headers: list, body: bytes):
        self.server, self.reader, self.writer = server, reader, writer
        self.method, self.path, self.headers, self.body = method, path, headers, body
        try:
            self.json = json.loads(body) if body else {}
        except ValueError:
            self.json = {}
        self.model = self.json.get("model", "") if isinstance(self.json, dict) else ""
        self.streams = self.json.get("stream") is True if isinstance(self.json, dict) else False
        self.wants_usage = (
            (self.json.get("stream_options") or {}).get("include_usage") is True if self.streams else False
        )
        self.keep_alive = True
        self.line_end = "\n"
        self.record = {
            "number": len(server.records) + 1,
            "method": method,
            "path": path,
            "headers": headers,
            "body": body[:65536].decode(errors="replace"),
            "body_length": len(body),
            "body_sha256": hashlib.sha256(body).hexdigest(),
            "model": self.model,
            "started": time.time(),
            "answered": None,
            "closed": None,
        }

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")

    async def send(self, bytes_: bytes) -> None:
        self.writer.write(bytes_)
        await self.writer.drain()

    async def answer(self, status: int, body, headers: dict | None = None, encode: bool = False) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        fields = {"Content-Type": "application/json", "openai-processing-ms": "7", "x-request-id": "req_upstream"}
        if encode and "gzip" in self.header("accept-encoding"):
            content = gzip.compress(content)
            fields["Content-Encoding"] = "gzip"
        fields |= {"Content-Length": str(len(content))} | (headers or {})
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        await self.send(f"HTTP/1.1 {status} Scripted\r\n{lines}\r\n".encode() + content)

    async def begin(self) -> None:
        await self.send(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
            b"Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\nx-request-id: req_upstream\r\n\r\n"
        )

    async def raw(self, text: str) -> None:
        bytes_ = text.replace("\n", self.line_end).encode()
        await self.send(b"%x\r\n%s\r\n" % (len(bytes_), bytes_))

    async def event(self, data: dict | str) -> None:
        await self.raw(f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n")

    async def text(self, text: str, pause: float = 0.002, **more) -> None:
        """The role, then the text in pieces."""
        await self.event(chunk(self.model, {"role": "assistant", "content": ""}, **more))
        for piece in pieces(text):
            await self.event(chunk(self.model, {"content": piece}, **more))
            await asyncio.sleep(pause)

    async def end(self, usage: dict | None = USAGE, done: bool = True) -> None:
        """The usage if it was asked for, [DONE], and the end of the body."""
        if self.wants_usage and usage:
            await self.event(chunk(self.model, None, usage=usage))
        if done:
            await self.event("[DONE]")
        await self.send(b"0\r\n\r\n")

    async def finish(self, reason: str = "stop", **more) -> None:
        await self.event(chunk(self.model, {}, reason, **more))

    def close(self) -> None:
        """A clean end of the connection, wherever the answer is."""
        self.keep_alive = False

    def reset(self) -> None:
        """A connection that breaks."""
        self.keep_alive = False
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


# Each behaviour answers one exchange.


async def normal(x: Exchange, text: str = TEXT) -> None:
    if not x.streams:
        return await x.answer(200, chat(x.model, {"content": text}))
    await x.begin()
    await x.text(text)
    await x.finish()
    await x.end()


async def echo(x: Exchange) -> None:
    await normal(x, str(x.json["messages"][-1]["content"]))


async def leaks_email(x: Exchange) -> None:
    await normal(x, LEAKY_TEXT)


async def compressed(x: Exchange) -> None:
    """Compresses if it is told that it may."""
    await x.answer(200, chat(x.model, {"content": LEAKY_TEXT}), encode=True)


async def slow(x: Exchange) -> None:
    await asyncio.sleep(0.4)
    await normal(x)


async def hang(x: Exchange) -> None:
    await asyncio.sleep(600)


async def hang_midway(x: Exchange) -> None:
    await x.begin()
    await x.text(TEXT[:20])
    await asyncio.sleep(600)


async def endless(x: Exchange) -> None:
    await x.begin()
    while True:
        await x.event(chunk(x.model, {"content": "again and "}))
        await asyncio.sleep(0.02)


async def reset(x: Exchange) -> None:
    x.reset()


async def reset_midway(x: Exchange) -> None:
    if x.streams:
        await x.begin()
        await x.text(TEXT[:40])
    else:
        await x.send(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"id":"chatcmpl')
    await asyncio.sleep(0.05)
    x.reset()


async def half_stream(x: Exchange) -> None:
    """The connection ends cleanly in the middle of the answer."""
    x.close()
    if not x.streams:
        body = json.dumps(chat(x.model, {"content": TEXT})).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        return await x.send(head.encode() + body[: len(body) // 2])
    await x.begin()
    await x.text(TEXT[:40])


async def truncated_stream(x: Exchange) -> None:
    """The body ends properly, but the answer is not finished: no finish_reason, no [DONE]."""
    await x.begin()
    await x.text(TEXT[:40])
    await x.end(usage=None, done=False)


async def no_done(x: Exchange) -> None:
    """A finished answer, but no [DONE]."""
    await x.begin()
    await x.text(TEXT)
    await x.finish()
    await x.end(done=False)


async def until_close(x: Exchange) -> None:
    """A stream without chunks: the end of the connection is its end."""
    x.close()
    await x.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
    for delta, finish in [
        ({"role": "assistant", "content": ""}, None),
        *[({"content": p}, None) for p in pieces(TEXT)],
        ({}, "stop"),
    ]:
        await x.send(f"data: {json.dumps(chunk(x.model, delta, finish))}\n\n".encode())
    if x.wants_usage:
        await x.send(f"data: {json.dumps(chunk(x.model, None, usage=USAGE))}\n\n".encode())
    await x.send(b"data: [DONE]\n\n")


async def comments(x: Exchange) -> None:
    await x.begin()
    await x.raw(": OPENROUTER PROCESSING\n\n")
    for part in pieces(TEXT, 30):
        await x.raw(": ping\n\n")
        await x.raw(f"event: message\ndata: {json.dumps(chunk(x.model, {'content': part}))}\n\n")
    await x.finish()
    await x.end()


async def crlf(x: Exchange) -> None:
    x.line_end = "\r\n"
    await normal(x)


async def empty_choices(x: Exchange) -> None:
    """As Azure does: the first chunk has no choices."""
    if not x.streams:
        return await normal(x)
    await x.begin()
    await x.event(chunk("", None, prompt_filter_results=[{"prompt_index": 0, "content_filter_results": {}}]))
    await x.text(TEXT)
    await x.finish()
    await x.end()


async def usage_every_chunk(x: Exchange) -> None:
    """Usage in every chunk, growing, asked for or not."""
    await x.begin()
    for number, piece in enumerate(pieces(TEXT)):
        await x.event(
            chunk(
                x.model,
                {"content": piece},
                usage={"prompt_tokens": 11, "completion_tokens": number + 1, "total_tokens": 12 + number},
            )
        )
    await x.finish(usage=USAGE)
    await x.end()


async def usage_in_last_chunk(x: Exchange) -> None:
    """Usage beside the finish reason, and in no chunk of its own."""
    await x.begin()
    await x.text(TEXT)
    await x.finish(usage=USAGE)
    await x.end(usage=None)


async def usage_absent(x: Exchange) -> None:
    if not x.streams:
        body = chat(x.model, {"content": TEXT})
        del body["usage"]
        return await x.answer(200, body)
    await x.begin()
    await x.text(TEXT)
    await x.finish()
    await x.end(usage=None)


async def minimal_body(x: Exchange) -> None:
    await x.answer(200, {"choices": [{"message": {"content": TEXT}}]})


async def unknown_fields(x: Exchange) -> None:
    body = chat(x.model, {"content": TEXT, "reasoning_note": "kept"}, x_vendor={"ratio": 2.50, "word": "é"})
    await x.answer(200, body, {"openai-version": "2020-10-01"})


async def error_frame(x: Exchange) -> None:
    await x.begin()
    await x.text(TEXT[:40])
    await x.event(error("The server had an error while processing your request", "server_error", "server_error"))
    await x.end(usage=None, done=False)


async def garbage(x: Exchange) -> None:
    x.close()
    await x.send(b"\x16\x03\x01 this is not HTTP at all\r\n\r\n\x00\xff" * 20)


async def garbage_json(x: Exchange) -> None:
    if not x.streams:
        return await x.answer(200, b'{"id": "chatcmpl", "choices": [{]')
    await x.begin()
    await x.text(TEXT[:20])
    await x.event("{not json")
    await x.finish()
    await x.end()


async def html(x: Exchange) -> None:
    await x.answer(200, b"<html><body>Sign in to the hotel's network</body></html>", {"Content-Type": "text/html"})


async def error_with_200(x: Exchange) -> None:
    await x.answer(200, error("overloaded", "server_error", "overloaded"))


async def huge_head(x: Exchange) -> None:
    x.close()
    await x.send(
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-Filler-%d: %s\r\n" % (i, b"a" * 1000) for i in range(1000)) + b"\r\n{}"
    )


async def conflicting_length(x: Exchange) -> None:
    x.close()
    await x.send(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\n{}   "
    )


async def length_and_chunks(x: Exchange) -> None:
    x.close()
    await x.send(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    )


async def bad_chunk(x: Exchange) -> None:
    x.close()
    await x.begin()
    await x.text(TEXT[:40])
    await x.send(b"zz\r\nnot a chunk\r\n")


async def early_hints(x: Exchange) -> None:
    await x.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n")
    await normal(x)


async def big(x: Exchange) -> None:
    """An answer of 2 MB."""
    await x.answer(200, chat(x.model, {"content": TEXT * (2_000_000 // len(TEXT))}))


async def tools(x: Exchange) -> None:
    """Asks for two tools at once; answers with what they said when it is told."""
    told = [message["content"] for message in x.json["messages"] if message["role"] == "tool"]
    if told:
        return await normal(x, "It says: " + "; ".join(told))
    calls = [
        ("call_a", "weather", '{"city": "Zürich", "unit": "C"}'),
        ("call_b", "clock", '{"zone": "Europe/Zurich"}'),
    ]
    if not x.streams:
        return await x.answer(
            200,
            chat(
                x.model,
                {
                    "tool_calls": [
                        {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}
                        for id, name, arguments in calls
                    ]
                },
                "tool_calls",
            ),
        )
    await x.begin()
    await x.event(chunk(x.model, {"role": "assistant", "content": None}))
    for index, (id, name, arguments) in enumerate(calls):
        first = {"index": index, "id": id, "type": "function", "function": {"name": name, "arguments": ""}}
        await x.event(chunk(x.model, {"tool_calls": [first]}))
        for piece in pieces(arguments, 5):
            await x.event(chunk(x.model, {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}))
    await x.finish("tool_calls")
    await x.end()


async def embeddings(x: Exchange) -> None:
    inputs = x.json["input"] if isinstance(x.json["input"], list) else [x.json["input"]]
    data = []
    for index, text in enumerate(inputs):
        vector = [len(str(text)) / 8, 0.5, -0.25, index]  # exact in 32 bits
        packed = base64.b64encode(struct.pack("<4f", *vector)).decode()
        data.append(
            {
                "object": "embedding",
                "index": index,
                "embedding": packed if x.json.get("encoding_format") == "base64" else vector,
            }
        )
    await x.answer(
        200, {"object": "list", "data": data, "model": x.model, "usage": {"prompt_tokens": 8, "total_tokens": 8}}
    )


def failing(status: int, type: str, code: str | None, headers: dict | None = None):
    async def fail(x: Exchange) -> None:
        await x.answer(status, error(f"scripted {status}", type, code, "messages" if status == 400 else None), headers)

    return fail


async def leaky_error(x: Exchange) -> None:
    """Quotes the key that it was called with."""
    key = x.header("authorization")
    await x.answer(500, error(f"request failed for {key}", "server_error", None), {"X-Debug-Key": key})


BEHAVIOURS = {
    "mock-normal": normal,
    "mock-echo": echo,
    "mock-leaks-email": leaks_email,
    "mock-gzip": compressed,
    "mock-slow": slow,
    "mock-hang": hang,
    "mock-hang-midway": hang_midway,
    "mock-endless": endless,
    "mock-reset": reset,
    "mock-reset-midway": reset_midway,
    "mock-half-stream": half_stream,
    "mock-truncated-stream": truncated_stream,
    "mock-no-done": no_done,
    "mock-until-close": until_close,
    "mock-comments": comments,
    "mock-crlf": crlf,
    "mock-empty-choices": empty_choices,
    "mock-usage-every-chunk": usage_every_chunk,
    "mock-usage-in-last-chunk": usage_in_last_chunk,
    "mock-usage-absent": usage_absent,
    "mock-minimal-body": minimal_body,
    "mock-unknown-fields": unknown_fields,
    "mock-error-frame": error_frame,
    "mock-garbage": garbage,
    "mock-garbage-json": garbage_json,
    "mock-html": html,
    "mock-200-error": error_with_200,
    "mock-huge-head": huge_head,
    "mock-conflicting-length": conflicting_length,
    "mock-length-and-chunks": length_and_chunks,
    "mock-bad-chunk": bad_chunk,
    "mock-early-hints": early_hints,
    "mock-big": big,
    "mock-tools": tools,
    "mock-embeddings": embeddings,
    "mock-leaky-error": leaky_error,
    "mock-400": failing(400, "invalid_request_error", "invalid_value"),
    "mock-401": failing(401, "invalid_request_error", "invalid_api_key"),
    "mock-429": failing(429, "requests", "rate_limit_exceeded", {"Retry-After": "2"}),
    "mock-500": failing(500, "server_error", None),
    "mock-503": failing(503, "server_error", None),
    "mock-529": failing(529, "overloaded_error", None),
}


class Upstream:
    """The server: reads requests, remembers them, answers each by its behaviour."""

    def __init__(self, key: str):
        self.key = key
        self.records: list[dict] = []

    async def connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (x := await self.read(reader, writer)) is not None:
                await self.serve(x)
                if not x.keep_alive:
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass  # gone, or not a request
        finally:
            writer.close()

    async def read(self, reader, writer) -> Exchange | None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return None
        first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines]
        named = {name.lower(): value for name, value in headers}
        body = b""
        if "chunked" in named.get("transfer-encoding", "").lower():
            while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
                body += await reader.readexactly(size)
                await reader.readexactly(2)
            await reader.readuntil(b"\r\n")
        elif length := int(named.get("content-length", 0)):
            body = await reader.readexactly(length)
        return Exchange(self, reader, writer, method, path, headers, body)

    async def serve(self, x: Exchange) -> None:
        if x.path.startswith("/__requests"):
            after = int(x.path.partition("after=")[2] or 0)
            return await x.answer(200, self.records[after:])
        self.records.append(x.record)
        # Reading while answering is how the other side's going away is noticed at once.
        answering = asyncio.ensure_future(self.behave(x))
        leaving = asyncio.ensure_future(x.reader.read(1))
        done, _ = await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if answering in done:
            x.record["answered"] = time.time()
            if x.keep_alive:
                # Whatever comes next belongs to the next request.
                leaving.cancel()
                await asyncio.gather(leaving, return_exceptions=True)
            answering.result()
            return
        x.record["closed"] = time.time()
        answering.cancel()
        await asyncio.gather(answering, leaving, return_exceptions=True)
        x.keep_alive = False

    async def behave(self, x: Exchange) -> None:
        if x.header("authorization") != f"Bearer {self.key}":
            message = "Incorrect API key provided"
            return await x.answer(401, error(message, "invalid_request_error", "invalid_api_key"))
        path = x.path.partition("?")[0]
        if path == "/v1/embeddings":
            await embeddings(x)
        elif path == "/v1/models":
            await x.answer(
                200,
                {
                    "object": "list",
                    "data": [
                        {"id": name, "object": "model", "created": CREATED, "owned_by": "mock"} for name in BEHAVIOURS
                    ],
                },
            )
        elif path == "/v1/chat/completions":
            await BEHAVIOURS.get(x.model, normal)(x)
        else:
            await x.answer(
                404, error(f"Unknown request URL: {x.method} {path}", "invalid_request_error", "unknown_url")
            )


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--key", required=True)
    options = parser.parse_args()
    upstream = Upstream(options.key)
    server = await asyncio.start_server(upstream.connection, "127.0.0.1", options.port, limit=1 << 20, backlog=1024)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
