"""HTTP/1.1 by hand, so that answers can be as broken as they are in the world."""

import asyncio
import hashlib
import json
import socket
import struct
import time
from urllib.parse import parse_qsl, unquote


class Refused(Exception):
    """The provider does not take the request: a status and whatever the provider's error shape needs."""

    def __init__(self, status: int, message: str, **more):
        super().__init__(message)
        self.status, self.message, self.more = status, message, more


class Call:
    """One request, and the means to answer it."""

    def __init__(
        self, server: "Server", kind: str, reader, writer, method: str, target: str, headers: list, body: bytes
    ):
        self.server, self.kind, self.reader, self.writer = server, kind, reader, writer
        self.method, self.target, self.fields, self.body = method, target, headers, body
        self.raw_path, _, query = target.partition("?")
        self.path = unquote(self.raw_path)
        self.query = dict(parse_qsl(query, keep_blank_values=True))
        self.headers = {name.lower(): value for name, value in headers}
        self.keep_alive = True
        self.json: dict = {}
        self.record = {
            "number": 0,
            "provider": kind,
            "method": method,
            "target": target,
            "headers": headers,
            "body": body[:262144].decode(errors="replace"),
            "body_length": len(body),
            "body_sha256": hashlib.sha256(body).hexdigest(),
            "started": time.time(),
            "status": None,
            "closed": None,
            "tag": None,
        }

    def parse(self) -> dict:
        """The body as a JSON object."""
        if self.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            raise Refused(415, "Unsupported Media Type: the body must be application/json")
        try:
            self.json = json.loads(self.body, object_pairs_hook=unique)
        except ValueError as error:
            raise Refused(400, f"We could not parse the JSON body of your request: {error}") from None
        if not isinstance(self.json, dict):
            raise Refused(400, "the body must be a JSON object")
        return self.json

    # Whole answers

    async def answer(self, status: int, body, headers: dict | None = None) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        self.record["status"] = status
        fields = {"Content-Type": "application/json"} | self.server.own_headers(self)
        fields |= {"Content-Length": str(len(content))} | (headers or {})
        await self.send(head(status, fields) + content)

    # Streams

    async def begin(self, content_type: str = "text/event-stream; charset=utf-8", headers: dict | None = None) -> None:
        self.record["status"] = 200
        fields = {"Content-Type": content_type, "Cache-Control": "no-cache", "Transfer-Encoding": "chunked"}
        await self.send(head(200, fields | self.server.own_headers(self) | (headers or {})))

    async def chunk(self, content: bytes) -> None:
        await self.send(b"%x\r\n%s\r\n" % (len(content), content))

    async def end(self) -> None:
        await self.send(b"0\r\n\r\n")

    async def send(self, content: bytes) -> None:
        self.writer.write(content)
        await self.writer.drain()

    def close(self) -> None:
        """A clean end of the connection, wherever the answer is."""
        self.keep_alive = False

    def reset(self) -> None:
        """A connection that breaks."""
        self.keep_alive = False
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


def head(status: int, fields: dict) -> bytes:
    """The first line and the fields of an answer."""
    lines = [f"HTTP/1.1 {status} Scripted", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def unique(pairs: list) -> dict:
    """A JSON object, in which a name that is there twice is an error."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name is there twice")
    return made


class Server:
    """Listens on one port per provider. `handlers` maps a provider to the function that answers its calls."""

    def __init__(self, handlers: dict, key: str):
        self.handlers, self.key = handlers, key
        self.records: list[dict] = []
        self.state: dict = {}  # what providers keep between calls, such as stored responses

    def own_headers(self, call: Call) -> dict:
        number = f"{call.record['number']:06d}"
        match call.kind:
            case "anthropic":
                return {"request-id": f"req_{number}", "anthropic-organization-id": "org-scripted"}
            case "bedrock":
                return {"x-amzn-RequestId": f"00000000-0000-0000-0000-000000{number}"}
            case "gemini" | "vertex":
                return {"Server-Timing": "gfet4t7; dur=7"}
            case "azure":
                return {"apim-request-id": number, "x-ms-region": "Switzerland North", "x-request-id": f"req_{number}"}
        return {"openai-processing-ms": "7", "openai-version": "2020-10-01", "x-request-id": f"req_{number}"}

    def listener(self, kind: str):
        async def connection(reader, writer) -> None:
            try:
                while (call := await self.read(kind, reader, writer)) is not None:
                    await self.serve(call)
                    if not call.keep_alive:
                        break
            except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
                pass  # gone, or not a request
            finally:
                writer.close()

        return connection

    async def read(self, kind: str, reader, writer) -> Call | None:
        try:
            block = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return None
        first, *lines = block.decode("latin-1").rstrip("\r\n").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines]
        named = {name.lower(): value for name, value in headers}
        if named.get("expect", "").lower() == "100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = b""
        if "chunked" in named.get("transfer-encoding", "").lower():
            while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
                body += await reader.readexactly(size)
                await reader.readexactly(2)
            await reader.readuntil(b"\r\n")
        elif length := int(named.get("content-length", 0)):
            body = await reader.readexactly(length)
        return Call(self, kind, reader, writer, method, target, headers, body)

    async def serve(self, call: Call) -> None:
        if call.raw_path == "/__requests":
            return await call.answer(200, self.asked_for(call.query))
        self.records.append(call.record)
        call.record["number"] = len(self.records)
        if "gatehouse_" in call.target or any("gatehouse_" in value for value in call.headers.values()):
            return await call.answer(400, {"error": {"message": "the caller's key has reached the provider"}})
        # Reading while answering is how the other side's going away is noticed at once.
        answering = asyncio.ensure_future(self.handlers[call.kind](call))
        leaving = asyncio.ensure_future(call.reader.read(1))
        done, _ = await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if answering in done:
            leaving.cancel()
            await asyncio.gather(leaving, return_exceptions=True)
            if isinstance(answering.exception(), ConnectionError):
                call.record["closed"] = time.time()  # it went while it was being answered
            return answering.result()
        call.record["closed"] = time.time()
        answering.cancel()
        await asyncio.gather(answering, leaving, return_exceptions=True)
        call.keep_alive = False

    def asked_for(self, query: dict) -> list[dict]:
        found = self.records[int(query.get("after", 0)) :]
        return [record for record in found if "tag" not in query or record["tag"] == query["tag"]]
