"""A real rsyslog, and a collector over HTTP, receive what the audit log says: nothing is lost, whatever is down."""

import http.server
import json
import os
import re
import shutil
import subprocess
import threading
import time
from pathlib import Path

from checks import Context, Skipped, check, equal, run, true
from gateway import Gateway, end_with_us, free_port, listens, provider


def gateway(c: Context, name: str) -> Gateway:
    port = int(c.upstream_url.rsplit(":", 1)[1])
    return Gateway(
        Path(c.folder) / name,
        c.upstream_key,
        Path(c.binary),
        providers={"mock": provider(port)},
        models={"mock-normal": ("mock", "mock-normal")},
    )


class Rsyslog:
    """An rsyslogd of its own, on loopback, that writes the text of each message into a file."""

    def __init__(self, folder: Path, tls: bool = False):
        self.program = shutil.which("rsyslogd", path=os.environ.get("PATH", "") + ":/usr/sbin")
        if not self.program:
            raise Skipped("there is no rsyslogd here: apt-get install rsyslog rsyslog-gnutls")
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.port, self.output = folder, free_port(), folder / "received"
        self.authority = folder / "ca.pem"
        driver, defaults = "", ""
        if tls:
            certificate(folder)
            defaults = (
                f'defaultNetstreamDriver="gtls" defaultNetstreamDriverCAFile="{folder}/ca.pem"\n'
                f'defaultNetstreamDriverCertFile="{folder}/server.pem" defaultNetstreamDriverKeyFile="{folder}/server.key"'
            )
            driver = 'StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="anon"'
        self.file = folder / "rsyslog.conf"
        self.file.write_text(
            f'global(workDirectory="{folder}" maxMessageSize="64k" {defaults})\n'
            f'module(load="imtcp" {driver})\n'
            'template(name="text" type="string" string="%msg%\\n")\n'
            f'ruleset(name="all") {{ action(type="omfile" file="{self.output}" template="text") }}\n'
            f'input(type="imtcp" port="{self.port}" address="127.0.0.1" ruleset="all")\n'
        )
        self.process: subprocess.Popen | None = None

    def start(self) -> "Rsyslog":
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [self.program, "-n", "-f", str(self.file), "-i", str(self.folder / "pid")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=end_with_us,
            )
        end = time.monotonic() + 10
        while not listens(self.port):
            true(time.monotonic() < end, f"rsyslogd does not listen: {(self.folder / 'log').read_text()[-400:]}")
            time.sleep(0.05)
        return self

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def lines(self, count: int) -> list[str]:
        """What has arrived, once it is so much."""
        end = time.monotonic() + 10
        while True:
            lines = self.output.read_text().splitlines() if self.output.exists() else []
            if len(lines) >= count or time.monotonic() > end:
                return [line.strip() for line in lines]
            time.sleep(0.05)


def certificate(folder: Path) -> None:
    """A certificate for 127.0.0.1 that signs itself."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        + ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
        + ["-keyout", folder / "server.key", "-out", folder / "server.pem"],
        check=True,
        capture_output=True,
    )
    shutil.copy(folder / "server.pem", folder / "ca.pem")


def deliver(siem: Gateway, to: str, format: str, state: str, *more: str) -> None:
    siem.command("audit", "deliver", "--to", to, "--format", format, "--state", str(siem.folder / state), *more)


@check
def rsyslog_receives_CEF_and_goes_on_where_it_was(c: Context):
    siem = gateway(c, "siem-cef")
    server = Rsyslog(siem.folder / "rsyslog").start()
    try:
        for number in range(5):
            siem.create_key(f"key-{number}")
        deliver(siem, f"syslog://127.0.0.1:{server.port}", "cef", "state")
        lines = server.lines(5)
        equal(len(lines), 5, "events after the first delivery")
        for index, line in enumerate(lines):
            true(re.match(r"CEF:0\|Gatehouse\|Gatehouse\|[^|]+\|key\.created\|Key created\|\d+\|", line), line)
            true(f"externalId={index} " in line, f"the index in {line}")
        siem.create_key("another")
        deliver(siem, f"syslog://127.0.0.1:{server.port}", "cef", "state")
        equal(len(server.lines(6)), 6, "events after the second delivery: only what is new")
    finally:
        server.stop()


@check
def rsyslog_receives_OCSF_over_TLS(c: Context):
    siem = gateway(c, "siem-tls")
    server = Rsyslog(siem.folder / "rsyslog", tls=True).start()
    try:
        siem.create_key("one")
        siem.create_key("two")
        deliver(
            siem, f"syslog+tls://127.0.0.1:{server.port}", "ocsf", "state", "--ca", str(server.authority)
        )
        events = [json.loads(line) for line in server.lines(2)]
        equal([event["class_uid"] for event in events], [3001, 3001], "the class of both")
        equal([event["metadata"]["sequence"] for event in events], [0, 1], "the index of both")
        true(json.loads(events[0]["raw_data"])["type"] == "key.created", "the leaf within")
    finally:
        server.stop()


@check
def what_happens_while_rsyslog_is_down_arrives_when_it_is_back(c: Context):
    siem = gateway(c, "siem-down")
    server = Rsyslog(siem.folder / "rsyslog")
    for number in range(3):
        siem.create_key(f"key-{number}")
    command = [siem.binary, "audit", "deliver", "--to", f"syslog://127.0.0.1:{server.port}", "--format", "jsonl"]
    command += ["--state", str(siem.folder / "state"), "--config", siem.file]
    waiting = subprocess.Popen(command, env=siem.environment, stderr=subprocess.PIPE, text=True, preexec_fn=end_with_us)
    try:
        time.sleep(0.7)
        equal(waiting.poll(), None, "it still tries")
        server.start()
        equal(waiting.wait(20), 0, "its exit code")
        true("cannot be reached" in waiting.stderr.read(), "it says what it waits for")
        equal([json.loads(line)["index"] for line in server.lines(3)], [0, 1, 2], "the indices")
    finally:
        waiting.kill()
        server.stop()


@check
def a_collector_that_refuses_one_event_gets_all_others(c: Context):
    siem = gateway(c, "siem-otlp")
    for number in range(6):
        siem.create_key(f"key-{number}")
    received, answers = [], [503, 429]

    class Collector(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            records = body["resourceLogs"][0]["scopeLogs"][0]["logRecords"]
            indices = [int(value["value"]["intValue"]) for record in records
                       for value in record["attributes"] if value["key"] == "gatehouse.index"]
            status = answers.pop(0) if answers else 400 if 3 in indices else 200
            if status == 200:
                received.extend(indices)
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        deliver(siem, f"http://127.0.0.1:{server.server_port}/v1/logs", "otlp", "state")
    finally:
        server.shutdown()
    equal(received, [0, 1, 2, 4, 5], "the indices that arrived")
    letters = [json.loads(line) for line in (siem.folder / "state" / "dead-letters.jsonl").read_text().splitlines()]
    equal([letter["index"] for letter in letters], [3], "the dead letters")
    equal((siem.folder / "state" / "cursor").read_text(), "6\n", "the cursor")


run()
