"""Runs all cells of the SDKs of one virtual environment: `python -m cells.worker MODULE ENVIRONMENT`.

What is to be done comes as JSON on standard input; each cell becomes a line of JSON on standard output.
"""

import gc
import importlib
import json
import os
import sys
import time
import traceback
from pathlib import Path

from . import edges, failures, features, traps  # noqa: F401  (each registers what it holds)
from .cell import FEATURES, PROVIDERS, Cell
from .spec import NotHere
from .trap import TRAPS, Trap


def cells(context: dict, name: str):
    """All cells of a module: client, provider, feature, whether it is streamed, and what runs it."""
    if name == "traps":
        for label, function, providers in TRAPS:
            for provider in providers:
                yield (
                    "plain HTTP",
                    provider,
                    label,
                    False,
                    lambda number, f=function, p=provider: f(Trap(p, context, number)),
                )
        return
    for client in importlib.import_module(f".{name}", __package__).clients(context):
        for provider in PROVIDERS if context["gateway"] else [client.home]:
            for feature in FEATURES:
                if not context["gateway"] and feature.gateway_only:
                    continue
                for stream in feature.streams:
                    yield (
                        client.name,
                        provider,
                        feature.name,
                        stream,
                        in_cell(client, provider, feature, stream, context),
                    )


def in_cell(client, provider: str, feature, stream: bool, context: dict):
    """A function that runs the feature."""

    def runner(number: str) -> None:
        if provider == "extractive" and not feature.extractive:
            raise NotHere("the answerer quotes; it does not follow the script")
        feature.function(Cell(client, provider, stream, context, number))

    return runner


def outcome(runner, provider: str, context: dict, number: str) -> dict:
    started = time.monotonic()
    status, reason = "passed", ""
    try:
        if provider not in context["models"]:
            raise NotHere(f"no provider of kind {provider} is configured")
        runner(number)
    except NotHere as why:
        status, reason = "n/a", str(why)
    except Exception as failure:  # whatever it was, the other cells go on
        own = [
            each for each in traceback.extract_tb(failure.__traceback__) if f"{os.sep}cells{os.sep}" in each.filename
        ]
        own = [each for each in own if each.name not in ("equal", "true")] or own
        place = f"{Path(own[-1].filename).name}:{own[-1].lineno}"
        kind = "" if isinstance(failure, AssertionError) else f"{type(failure).__name__}: "
        status, reason = "failed", f"{place}: {kind}{failure}"[:600]
    return {"status": status, "reason": reason, "seconds": round(time.monotonic() - started, 3)}


def main() -> None:
    context, name, environment = json.load(sys.stdin), sys.argv[1], sys.argv[2]
    # Streams that LiteLLM leaves open are closed when they are collected; where that happens inside httpcore's own lock, which
    # is not reentrant, the client waits for itself for ever. So collection happens between cells only.
    gc.disable()
    for index, (client, provider, feature, stream, runner) in enumerate(cells(context, name)):
        words = " ".join((client, provider, feature, "stream" if stream else "whole"))
        if all(word in words for word in context["only"]):
            if index % 20 == 0:
                gc.collect()
            made = outcome(runner, provider, context, f"{context['run']}-{environment}-{index}")
            shown = {"client": client, "provider": provider, "feature": feature, "stream": stream}
            print(json.dumps(shown | made), flush=True)
    print(json.dumps({"end": True}))


if __name__ == "__main__":
    main()
