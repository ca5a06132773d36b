"""python -m providers --key KEY --ports openai=9101,azure=9102,anthropic=9103,gemini=9104,vertex=9105,bedrock=9106"""

import argparse
import asyncio

from . import anthropic_api, bedrock_api, gemini_api, openai_api
from .http import Server

HANDLERS = {
    "openai": openai_api.serve,
    "azure": openai_api.serve,
    "anthropic": anthropic_api.serve,
    "gemini": gemini_api.serve,
    "vertex": gemini_api.serve,
    "bedrock": bedrock_api.serve,
}


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m providers", description=__doc__)
    parser.add_argument("--ports", required=True)
    parser.add_argument("--key", required=True)
    options = parser.parse_args()
    server = Server(HANDLERS, options.key)
    listeners = []
    for pair in options.ports.split(","):
        kind, port = pair.split("=")
        listener = await asyncio.start_server(server.listener(kind), "127.0.0.1", int(port), limit=1 << 20, backlog=512)
        listeners.append(listener.serve_forever())
    await asyncio.gather(*listeners)


asyncio.run(main())
