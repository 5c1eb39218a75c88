"""A provider of accounts by OpenID Connect, small and honest, unless a test tells it to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "inglenook", "a secret of the provider"


class IdentityProvider:
    """Serves until `close`. `claims` is what it says of whoever signs in."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.audience = CLIENT_ID
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._challenges: dict[str, str] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.answer(self, {})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                provider.answer(self, {name: found[0] for name, found in parse_qs(body).items()})

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def signs_in(self, address: str) -> str:
        """Where somebody is led back to who signs in at `address`, by its path and query."""
        asked = {name: found[0] for name, found in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self._challenges)}"
        self._challenges[code] = asked["code_challenge"]
        back = urlsplit(asked["redirect_uri"]).path
        return f"{back}?code={code}&state={asked['state']}"

    def answer(self, handler: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        path = urlsplit(handler.path).path
        if path == "/authorize":
            self._lead_back(handler)
            return
        found = {
            "/.well-known/openid-configuration": self._configuration,
            "/token": lambda: self._token(form),
            "/userinfo": lambda: self.claims,
            "/keys": self._keys,
        }[path]()
        body = json.dumps(found).encode()
        handler.send_response(400 if "error" in found else 200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def _lead_back(self, handler: BaseHTTPRequestHandler) -> None:
        """A browser comes by itself: it is taken for whom `claims` name, and nothing is asked."""
        asked = parse_qs(urlsplit(handler.path).query)
        there = urlsplit(asked["redirect_uri"][0])
        handler.send_response(302)
        handler.send_header(
            "Location", f"{there.scheme}://{there.netloc}{self.signs_in(handler.path)}"
        )
        handler.end_headers()

    def _configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def _token(self, form: dict[str, str]) -> dict[str, Any]:
        """Each code once, and for whoever asked for it."""
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        is_ours = form.get("client_secret") == CLIENT_SECRET
        if self._challenges.pop(form.get("code", ""), None) != challenge or not is_ours:
            return {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": self.audience,
            "iat": now,
            "exp": now + 60,
            **self.claims,
        }
        token = jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": "1"})
        return {"access_token": "access", "token_type": "Bearer", "id_token": token}

    def _keys(self) -> dict[str, Any]:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": "1", "use": "sig", "alg": "RS256"}]}
