"""A client that sends exactly the bytes it is told to, and reads answers strictly."""

import json
import socket
import struct
import time
from dataclasses import dataclass

MESSAGES = [{"role": "user", "content": "When does the night train leave?"}]


@dataclass
class Answer:
    """One answer as it came."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    complete: bool

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def body(model: str = "mock-normal", **more) -> bytes:
    """A chat completion's body."""
    return json.dumps({"model": model, "messages": MESSAGES} | more).encode()


def request(
    key: str | None,
    content: bytes = b"",
    *extra: str,
    method: str = "POST",
    path: str = "/v1/chat/completions",
    length: bool = True,
    host: str | None = "127.0.0.1",
    version: str = "HTTP/1.1",
) -> bytes:
    """A request; `extra` are more header lines, as they are."""
    lines = [f"{method} {path} {version}"]
    if host is not None:
        lines.append(f"Host: {host}")
    if key is not None:
        lines.append(f"Authorization: Bearer {key}")
    if content:
        lines.append("Content-Type: application/json")
    if length:
        lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join([*lines, *extra, "", ""]).encode("latin-1") + content


class Connection:
    """A connection that remembers what came and whether it was closed."""

    def __init__(self, port: int, timeout: float = 10):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.bytes, self.closed = b"", False

    def send(self, data: bytes) -> bool:
        """Sends; false where the other side does not take it any more."""
        try:
            self.socket.sendall(data)
            return True
        except (OSError, TimeoutError):
            return False

    def half_close(self) -> None:
        """Says that nothing more will be sent."""
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Makes `close` break the connection instead of ending it."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def read(self, timeout: float, until=lambda connection: False) -> None:
        """Reads until the connection is closed, `until` holds, or the time is over."""
        end = time.monotonic() + timeout
        while not self.closed and not until(self) and (left := end - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                data = self.socket.recv(1 << 16)
            except TimeoutError:
                return
            except OSError:  # a reset: what came before it may be lost, so nothing more is known
                data = b""
            self.bytes += data
            self.closed = not data

    def answers(self) -> list[Answer]:
        """The final answers among the bytes that came; raises ValueError if they are not HTTP."""
        found, rest = [], self.bytes
        while rest:
            head, separator, rest = rest.partition(b"\r\n\r\n")
            if not separator:
                break
            first, *lines = head.decode("latin-1").split("\r\n")
            version, status = first.split(" ")[:2]
            if version != "HTTP/1.1":
                raise ValueError(f"not an answer: {first[:60]!r}")
            headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines]
            answer = Answer(int(status), headers, b"", True)
            if 100 <= answer.status < 200:
                continue
            if (answer.header("transfer-encoding") or "").lower() == "chunked":
                answer.body, rest, answer.complete = unchunk(rest)
            elif answer.header("content-length") is not None:
                length = int(answer.header("content-length"))
                answer.body, rest, answer.complete = rest[:length], rest[length:], len(rest) >= length
            else:
                answer.body, rest = rest, b""
            found.append(answer)
        return found

    def close(self) -> None:
        self.socket.close()


def unchunk(data: bytes) -> tuple[bytes, bytes, bool]:
    """(the body, what follows it, whether it is complete)"""
    out = b""
    while True:
        line, separator, rest = data.partition(b"\r\n")
        if not separator:
            return out, b"", False
        size = int(line.split(b";")[0], 16)
        if size == 0:
            return (out, rest[2:], True) if rest.startswith(b"\r\n") else (out, b"", False)
        if len(rest) < size + 2:
            return out + rest[:size], b"", False
        out, data = out + rest[:size], rest[size + 2 :]


def whole(count: int = 1):
    """For `read`: that many complete answers have come."""

    def holds(connection: Connection) -> bool:
        try:
            answers = connection.answers()
        except ValueError:
            return True
        return len(answers) >= count and all(answer.complete for answer in answers[:count])

    return holds


def ask(port: int, data: bytes, timeout: float = 10) -> tuple[Answer | None, bool]:
    """Sends the bytes on a connection of their own; the first answer, and whether the connection was closed then."""
    connection = Connection(port, timeout)
    try:
        connection.send(data)
        connection.read(timeout, whole())
        answers = connection.answers()
        if answers and (answers[0].header("connection") or "").lower() == "close":
            connection.read(2)
        return (answers[0] if answers else None), connection.closed
    finally:
        connection.close()
