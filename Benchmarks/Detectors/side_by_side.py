#!/usr/bin/env python3
"""Measures the detectors beside scanners by others (Presidio, LLM Guard, detect-secrets) on the same texts, in turns.

    Benchmarks/Detectors/side_by_side.py [--benchmark PATH] [--rounds N]

Prints Markdown tables. Theirs run with patterns alone: their models are not on PyPI. What cannot be installed is left out,
with the reason. Times are the processor's, of one thread.
"""

import argparse
import importlib.machinery
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from unittest import mock

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CLIENTS = ROOT / "Tests" / "Clients"
LLM_GUARD = "llm-guard==0.3.16"


def presidio():
    """Presidio's analyzer with its patterns and checks, on a language without a model."""
    sys.path.insert(0, str(CLIENTS))
    import presidio_server

    analyzer = presidio_server.analyzer()
    return lambda text: len([found for found in analyzer.analyze(text=text, language="en") if found.score >= 0.4])


def llm_guard_secrets():
    """LLM Guard's scanner of secrets, which is made of patterns. It loads PyTorch and does not use it."""
    for name in ("torch", "torch.nn", "torch.nn.functional"):
        module = mock.MagicMock(name=name)
        module.__spec__ = importlib.machinery.ModuleSpec(name, None)
        sys.modules[name] = module
    sys.modules["torch"].cuda.is_available = lambda: False
    sys.modules["torch"].backends.mps.is_available = lambda: False
    import logging

    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    from llm_guard.input_scanners import Secrets

    scanner = Secrets()
    return lambda text: 0 if scanner.scan(text)[1] else 1


def llm_guard_invisible():
    """LLM Guard's scanner of invisible characters."""
    llm_guard_secrets()
    from llm_guard.input_scanners import InvisibleText

    scanner = InvisibleText()
    return lambda text: 0 if scanner.scan(text)[1] else 1


def detect_secrets():
    """detect-secrets with its usual plugins, line by line, as its own API for text has it."""
    from detect_secrets.core.scan import scan_line
    from detect_secrets.settings import default_settings

    def scan(text):
        with default_settings():
            return sum(len(list(scan_line(line))) for line in text.splitlines())

    return scan


SCANNERS = {
    "Presidio analyzer 2.2.366, patterns only": presidio,
    "LLM Guard 0.3.16, Secrets": llm_guard_secrets,
    "LLM Guard 0.3.16, InvisibleText": llm_guard_invisible,
    "detect-secrets 1.5.0": detect_secrets,
}


def measure(name: str, cases: list) -> None:
    """In an environment of its own: the medians of a scanner, as JSON."""
    scan = SCANNERS[name]()
    rows = []
    for case in cases:
        text, times, found = bytes(case["bytes"]).decode(), [], 0
        scan(text)
        while len(times) < 3 or (sum(times) < 300_000 and len(times) < 200):
            start = time.thread_time_ns()
            found = scan(text)
            times.append((time.thread_time_ns() - start) / 1000)
        times.sort()
        rows.append({"name": case["name"], "us": times[len(times) // 2], "found": found})
    print(json.dumps(rows))


def environment():
    """The interpreter of the scanners' environment, or why there is none."""
    sys.path.insert(0, str(CLIENTS))
    import venvs

    folder = ROOT / "Benchmarks" / ".venv-scanners"
    try:
        python = venvs.python(folder, HERE / "scanners.txt")
        question = "import importlib.metadata as m; m.version('llm-guard')"
        if subprocess.run([python, "-c", question], capture_output=True).returncode != 0:
            command = [CLIENTS / ".venv-uv" / "bin" / "uv", "pip", "install", "--quiet", "--no-deps", "--python", python]
            subprocess.run([*command, LLM_GUARD], capture_output=True, check=False)
        return python, ""
    except venvs.Unavailable as reason:
        return None, str(reason)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--benchmark", type=Path, default=ROOT / ".build" / "release" / "detector-benchmark")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        return measure(options.measure, json.load(sys.stdin))
    cases = subprocess.run([options.benchmark, "cases"], capture_output=True, check=True).stdout
    names = [case["name"] for case in json.loads(cases)]
    python, missing = environment()
    if python is None:
        print(f"Scanners by others are left out: {missing}\n")
    ours, theirs, reasons = [], {name: [] for name in SCANNERS}, {}
    for _ in range(options.rounds):
        ours.append(json.loads(subprocess.run([options.benchmark, "prompts"], capture_output=True, check=True).stdout))
        for name in SCANNERS if python else []:
            if name in reasons:
                continue
            done = subprocess.run(
                [python, __file__, "--measure", name],
                input=cases,
                capture_output=True,
                env=os.environ | {"HF_HUB_OFFLINE": "1"},
            )
            if done.returncode == 0:
                theirs[name].append(json.loads(done.stdout.decode().splitlines()[-1]))
            else:
                reasons[name] = (done.stderr.decode().strip().splitlines() or ["no reason given"])[-1]
    middle = lambda values: sorted(values)[len(values) // 2]
    print(f"load average {os.getloadavg()[0]:.1f}; {options.rounds} rounds; microseconds of processor time for 4 KB\n")
    print("| | " + " | ".join(names) + " |\n| --- |" + " ---: |" * len(names))
    for title, key in (("S0 to S2, p50", "p50_us"), ("S0 to S2, p99", "p99_us"), ("allocations", "allocations")):
        cells = [f"{middle([round['prompts'][i][key] for round in ours]):,.0f}" for i in range(len(names))]
        print(f"| {title} | " + " | ".join(cells) + " |")
    for engine in ours[0]["patterns_us"]:
        cells = [f"{middle([round['patterns_us'][engine][name] for round in ours]):,.1f}" for name in names]
        print(f"| patterns alone, {engine} | " + " | ".join(cells) + " |")
    for name, rounds in theirs.items():
        if rounds:
            cells = [f"{middle([round[i]['us'] for round in rounds]):,.0f}" for i in range(len(names))]
            print(f"| {name} | " + " | ".join(cells) + " |")
    print()
    for name, reason in reasons.items():
        print(f"Left out: {name}: {reason}")
    print("\n| streamed in pieces of 20 bytes | " + " | ".join(names) + " |\n| --- |" + " ---: |" * len(names))
    for title, key in (("µs a piece", "us_a_piece"), ("most held back, bytes", "longest_hold")):
        figures = [middle([round["streams"][i][key] for round in ours]) for i in range(len(names))]
        cells = [f"{figure:.2f}".removesuffix(".00") for figure in figures]
        print(f"| {title} | " + " | ".join(cells) + " |")
    print("\n| document | ms | most memory of the process, MiB |\n| --- | ---: | ---: |")
    for index in range(2):
        rows = [round["documents"][index] for round in ours]
        time_, peak = middle([row["ms"] for row in rows]), middle([row["peak_mib"] for row in rows])
        print(f"| {rows[0]['megabytes']} MB | {time_:,.0f} | {peak} |")


if __name__ == "__main__":
    main()
