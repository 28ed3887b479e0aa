"""The Graph client against a stand-in on loopback: what it sends, and what it makes of answers."""

import hashlib
import hmac
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.graph import VERSION, GraphClient, GraphError, GraphThrottled, GraphTokenDead, GraphUnavailable

TOKEN, APP_SECRET = "token-uji", "rahasia-uji"
PROOF = hmac.new(APP_SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()


class Platform(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = []
        self.answers = []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        sent = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        self.server.asked.append((self.command, urlsplit(self.path), dict(self.headers), parse_qs(sent)))
        status, content, headers = self.server.answers.pop(0)
        if status is None:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content if isinstance(content, bytes) else json.dumps(content).encode())

    do_POST = do_DELETE = do_GET  # noqa: N815 - the server's names

    def log_message(self, *_):
        pass


@pytest.fixture
def platform():
    server = Platform()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(platform):
    found = GraphClient(TOKEN, APP_SECRET, f"http://127.0.0.1:{platform.server_port}/", timeout=(1, 0.5))
    yield found
    found.close()


def test_reading_shows_token_and_proof_and_keeps_the_token_out_of_the_address(platform, client):
    platform.answers = [(200, {"id": "61000"}, {})]
    assert client.get_object("61000", fields="name") == {"id": "61000"}
    ((verb, address, headers, _),) = platform.asked
    assert (verb, address.path) == ("GET", f"/{VERSION}/61000")
    assert parse_qs(address.query) == {"fields": ["name"], "appsecret_proof": [PROOF]}
    assert headers["Authorization"] == f"Bearer {TOKEN}"


def test_writing_carries_its_fields_and_no_token_in_address_or_body(platform, client):
    platform.answers = [(200, {"id": "801_902"}, {})]
    assert client.put_object("801_901", "comments", message="Terima kasih") == {"id": "801_902"}
    ((verb, address, headers, form),) = platform.asked
    assert (verb, address.path, address.query) == ("POST", f"/{VERSION}/801_901/comments", "")
    assert form == {"message": ["Terima kasih"], "appsecret_proof": [PROOF]}
    assert headers["Authorization"] == f"Bearer {TOKEN}"


def test_deleting(platform, client):
    platform.answers = [(200, {"success": True}, {})]
    assert client.delete_object("801_902") == {"success": True}
    assert platform.asked[0][0] == "DELETE"


def test_without_app_secret_there_is_no_proof(platform, client):
    client.app_secret = ""
    platform.answers = [(200, {}, {})]
    client.get_object("me")
    assert platform.asked[0][1].query == ""


def test_lists_are_read_page_by_page(platform, client):
    more = {"data": [1, 2], "paging": {"cursors": {"after": "C"}, "next": "http://lain.example/?access_token=x"}}
    platform.answers = [(200, more, {}), (200, {"data": [3], "paging": {"cursors": {"after": "D"}}}, {})]
    assert list(client.get_all_connections("801", "comments", limit=2)) == [1, 2, 3]
    assert parse_qs(platform.asked[1][1].query)["after"] == ["C"]


def error(code, subcode=0):
    return {"error": {"message": "Teks rahasia", "code": code, "error_subcode": subcode}}


USAGE = json.dumps({"61000": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 3}]})
ANSWERS = {
    "token": (400, error(190, 463), {}, GraphTokenDead, (400, 190, 463, None)),
    "unsigned": (401, {}, {}, GraphTokenDead, (401, 0, 0, None)),
    "throttled": (400, error(32), {"X-Business-Use-Case-Usage": USAGE}, GraphThrottled, (400, 32, 0, 180)),
    "too many": (429, b"slow down", {"Retry-After": "7"}, GraphThrottled, (429, 0, 0, 7)),
    "refused": (400, error(100, 33), {}, GraphError, (400, 100, 33, None)),
    "error with 200": (200, error(10), {}, GraphError, (200, 10, 0, None)),
    "failing": (503, b"<html>", {}, GraphUnavailable, (503, 0, 0, None)),
    "failing code": (400, error(2), {}, GraphUnavailable, (400, 2, 0, None)),
    "no JSON": (200, b"<html>", {}, GraphUnavailable, (200, 0, 0, None)),
    "led elsewhere": (302, b"", {"Location": "http://127.0.0.1:9/"}, GraphUnavailable, (302, 0, 0, None)),
    "odd numbers": (
        400,
        {"error": {"code": "x", "error_subcode": []}},
        {"X-App-Usage": "[1]"},
        GraphError,
        (400, 0, 0, None),
    ),
}


@pytest.mark.parametrize(("status", "content", "headers", "kind", "numbers"), ANSWERS.values(), ids=ANSWERS)
def test_error_is_typed_and_carries_numbers_only(platform, client, status, content, headers, kind, numbers):
    platform.answers = [(status, content, headers)]
    with pytest.raises(GraphError) as raised:
        client.put_object("801", "comments", message="Teks warga")
    why = raised.value
    assert type(why) is kind
    assert (why.status, why.code, why.subcode, why.retry_after) == numbers
    assert not any(word in f"{why!s}{why!r}" for word in ("Teks", TOKEN, PROOF, "801"))


def test_no_connection_means_not_done():
    client = GraphClient(TOKEN, base_url="http://127.0.0.1:9", timeout=(1, 1))
    with pytest.raises(GraphUnavailable) as raised:
        client.get_object("me")
    client.close()
    assert (raised.value.status, raised.value.maybe_done) == (0, False)
    assert raised.value.__cause__ is None


def test_lost_answer_means_maybe_done(platform, client):
    platform.answers = [(None, b"", {})]
    with pytest.raises(GraphUnavailable) as raised:
        client.put_object("801", "comments", message="x")
    assert raised.value.maybe_done


def test_version_is_told_without_a_call(client):
    assert client.get_version() == VERSION
