"""Presidio's analyzer behind the address that its own image serves it at: POST /analyze.

    presidio_server.py --port PORT

The package has no server in it, and models are not to be had here: the language is a blank one, so that Presidio finds what
its patterns and checks find, and no names.
"""

import argparse
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import spacy
import tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine

# The list of public suffixes that the package brings, instead of asking the network for a newer one.
tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


class BlankEngine(SpacyNlpEngine):
    """English without a model: words, and nothing known of them."""

    def __init__(self):
        super().__init__(models=[{"lang_code": "en", "model_name": "blank"}])
        self.nlp = {"en": spacy.blank("en")}

    def load(self) -> None:
        """There is nothing to load."""


def analyzer() -> AnalyzerEngine:
    engine = BlankEngine()
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        found = self.server.analyzer.analyze(text=body["text"], language=body["language"])
        answer = json.dumps([result.to_dict() for result in found]).encode()
        self.send_response(200 if self.path == "/analyze" else 404)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_) -> None:
        """Says nothing: texts have no place in logs."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    server = ThreadingHTTPServer(("127.0.0.1", parser.parse_args().port), Handler)
    server.analyzer = analyzer()
    server.serve_forever()


if __name__ == "__main__":
    main()
