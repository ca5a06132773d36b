"""Presidio's analyzer, the real one, is a detector of the gateway's: what it finds is recorded and acted upon."""

import json
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import venvs
from checks import Context, Skipped, check, equal, run, true
from gateway import Gateway, end_with_us, free_port, listens, provider

HERE = Path(__file__).resolve().parent
# An address that Presidio knows the form of and Gatehouse does not.
COIN = "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"


class Presidio:
    """The analyzer's server, in an environment of its own."""

    def __init__(self, folder: Path):
        try:
            python = venvs.python(HERE / ".venv-presidio", HERE / "requirements" / "presidio.txt")
        except venvs.Unavailable as reason:
            raise Skipped(f"Presidio could not be installed: {reason}") from None
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        with open(folder / "presidio.log", "wb") as log:
            self.process = subprocess.Popen(
                [python, HERE / "presidio_server.py", "--port", str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=end_with_us,
            )
        end = time.monotonic() + 120
        while not listens(self.port):
            words = (folder / "presidio.log").read_text()[-400:]
            true(self.process.poll() is None and time.monotonic() < end, f"Presidio does not listen: {words}")
            time.sleep(0.1)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def ask(server: Gateway, key: str, text: str) -> tuple[int, str]:
    body = {"model": "mock-normal", "messages": [{"role": "user", "content": text}]}
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/v1/chat/completions",
        json.dumps(body).encode(),
        {"authorization": f"Bearer {key}", "content-type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def kinds(server: Gateway) -> list[str]:
    """What was found in the last exchange."""
    events = [stored["event"] for stored in server.events()]
    last = [event for event in events if event["kind"] == "exchange"][-1]
    return [finding["kind"] for finding in last["findings"]]


@check
def what_Presidio_finds_is_recorded_and_redacted(c: Context):
    folder = Path(c.folder) / "presidio"
    presidio = Presidio(folder)
    port = int(c.upstream_url.rsplit(":", 1)[1])
    server = Gateway(
        folder,
        c.upstream_key,
        Path(c.binary),
        providers={"mock": provider(port)},
        models={"mock-normal": ("mock", "mock-normal")},
        detectors="[secrets]",
    )
    with open(server.file, "a") as file:
        classifier = {"kind": "presidio", "url": f"http://127.0.0.1:{presidio.port}", "timeout": "20s", "threshold": 40}
        file.write(f"classifiers: {json.dumps({'presidio': classifier})}\n")
    key, _ = server.create_key("presidio")
    server.start()
    try:
        seen = len(c.requests())
        status, body = ask(server, key, f"Zoë 🚗 pays to {COIN}, said the notice")
        equal(status, 200, body)
        true("custom.presidio.crypto" in kinds(server), f"{kinds(server)}")
        # Known entities have our kinds and our remedies: places after characters of several bytes are the right ones.
        status, body = ask(server, key, "Zoë 🚗 writes from zoe@example.org, é, to nobody")
        equal(status, 200, body)
        sent = c.requests(seen)[-1]["body"]
        text = json.dumps(sent, ensure_ascii=False) if not isinstance(sent, str) else sent
        true("zoe@example.org" not in text, f"sent upstream: {text}")
        status, body = ask(server, key, "Nothing of note in this sentence")
        equal((status, kinds(server)), (200, []), body)
    finally:
        server.stop()
        presidio.stop()


@check
def without_Presidio_texts_are_refused(c: Context):
    folder = Path(c.folder) / "presidio-absent"
    port = int(c.upstream_url.rsplit(":", 1)[1])
    server = Gateway(
        folder,
        c.upstream_key,
        Path(c.binary),
        providers={"mock": provider(port)},
        models={"mock-normal": ("mock", "mock-normal")},
    )
    with open(server.file, "a") as file:
        classifier = {"kind": "presidio", "url": f"http://127.0.0.1:{free_port()}"}
        file.write(f"classifiers: {json.dumps({'presidio': classifier})}\n")
    key, _ = server.create_key("presidio")
    server.start()
    try:
        status, body = ask(server, key, "Nothing of note in this sentence")
        true(status >= 400, f"{status}: {body}")
    finally:
        server.stop()


run()
