"""The part of OPA's REST API that Scantling speaks, on loopback, over OPA's own library (opa_bindings)."""

from __future__ import annotations

import contextlib
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit


@dataclass
class OpaServer:
    url: str = ""
    policies: dict[str, str] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def answer(self, method: str, target: str, body: bytes) -> Any:
        self.asked.append(f"{method} {target}")
        path = unquote(urlsplit(target).path).removeprefix("/v1/")
        kind, _, name = path.partition("/")
        if kind == "policies":
            return self._policy(method, name, body)
        if method == "POST":
            return self._evaluated(name, json.loads(body)["input"])
        if method == "PUT":
            self.data[name] = json.loads(body)
        if method == "DELETE":
            self.data.pop(name, None)
        return {"result": self.data[name]} if method == "GET" and name in self.data else {}

    def _policy(self, method: str, name: str, body: bytes) -> Any:
        if method == "PUT":
            try:
                self._tree(name, body.decode())
            except Exception as error:
                where = {"file": name, "row": 3}
                return {
                    "code": "invalid_parameter",
                    "message": "x",
                    "errors": [{"message": str(error), "location": where}],
                }
            self.policies[name] = body.decode()
        elif method == "DELETE":
            self.policies.pop(name)
        elif name:
            return {"result": {"id": name, "ast": self._tree(name, self.policies[name])}}
        else:
            return {"result": [{"id": one, "ast": self._tree(one, text)} for one, text in self.policies.items()]}
        return {}

    @staticmethod
    def _tree(name: str, source: str) -> Any:
        from opa_bindings import OpaEngine  # type: ignore[import-not-found]

        with OpaEngine() as engine:
            asked = {"name": name, "source": source}
            return engine.eval_query("x := rego.parse_module(input.name, input.source)", asked)[0]["x"]

    def _evaluated(self, name: str, value: Any) -> Any:
        from opa_bindings import OpaEngine, OpaError

        with OpaEngine() as engine:
            try:
                for id_, source in self.policies.items():
                    engine.add_policy(id_, source)
                engine.add_data(self.data)
                found = engine.eval_query(f"x := data.{name.replace('/', '.')}", value)
            except OpaError as error:
                return {"code": "internal_error", "message": str(error)}
        return {"result": found[0]["x"]} if found else {}


@contextlib.contextmanager
def running() -> Iterator[OpaServer]:
    opa = OpaServer()

    class Handler(http.server.BaseHTTPRequestHandler):
        def serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            value = opa.answer(self.command, self.path, body)
            text = json.dumps(value).encode()
            self.send_response(400 if "code" in value else 200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_PUT = do_POST = do_DELETE = serve  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    opa.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield opa
    finally:
        server.shutdown()
        server.server_close()
