"""What no browser sends, against the real server: an answer, nothing leaked, and the site lives."""

from __future__ import annotations

import shutil
import socket
import time
from typing import TYPE_CHECKING

import pytest

from core.live.conftest import site_environment
from kit.servers import Site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

FIVE_GIGABYTES = 5 * 2**30


@pytest.fixture(scope="module")
def hardened(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(sqlite_template, folder)
    site = Site(folder, site_environment(folder))
    site.start().wait_until_ready()
    yield site
    site.close()


@pytest.fixture
def port(hardened: Site) -> Iterator[int]:
    """The port of the site, which must still answer afterwards."""
    yield int(hardened.server.address.rpartition(":")[2])  # type: ignore[union-attr]
    assert hardened.http("/health/")[0] == 200


def exchange(port: int, request: bytes, *, chunks: int = 0) -> bytes:
    """Send raw bytes, and then `chunks` times 64 KiB in chunked coding; return what comes back."""
    piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(request)
        try:
            for _ in range(chunks):
                line.sendall(piece)
            while part := line.recv(65536):
                received += part
        except ConnectionError:
            pass  # refused in the middle: what came before counts
    return received


def head(method: str, path: str, *lines: str) -> bytes:
    fields = ("Host: localhost", "Connection: close", *lines)
    return "\r\n".join((f"{method} {path} HTTP/1.1", *fields, "", "")).encode()


def test_five_gigabytes_are_refused_before_they_are_read(port: int) -> None:
    begun = time.monotonic()
    request = head("POST", "/records/school/import/", f"Content-Length: {FIVE_GIGABYTES}")
    answer = exchange(port, request + b"x" * 1000)
    assert answer.startswith(b"HTTP/1.1 413")
    assert "64 MB" in answer.decode()
    assert time.monotonic() - begun < 10


def test_a_body_without_end_is_refused_at_the_bound(port: int) -> None:
    request = head("POST", "/records/school/import/", "Transfer-Encoding: chunked")
    answer = exchange(port, request, chunks=2000)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/static/..%2f..%2f..%2fetc/passwd",
        "/static//etc/passwd",
        "/static/console/%00/../tokens.css",
        "/records/imports/..%2f..%2f/errors.xlsx",
        "/cap/..%2f..%2fsecret.key.xml",
        "/%ff%fe",
        "/%ed%a0%80/",
        "/%00",
        "/?q=%ff%00%ed%a0%80",
        "/" + "a" * 10_000,
    ],
)
def test_a_path_leads_nowhere_else(port: int, path: str) -> None:
    answer = exchange(port, head("GET", path))
    assert int(answer.split()[1]) in {302, 400, 404, 414}
    assert b"root:" not in answer


@pytest.mark.parametrize(
    "lines",
    [
        ["Content-Length: -1"],
        ["Content-Length: ten"],
        ["Content-Length: 1", "Content-Length: 2"],
        ["Content-Length: 4", "Transfer-Encoding: chunked"],
        ["Host: evil.example"],
        ["X_Forwarded_For: 6.6.6.6", "X-Forwarded-For: not an address"],
        ["Cookie: sessionid=\x01; csrftoken=\xff"],
        ["Accept-Language: " + "zz," * 2000],
        ["Authorization: Basic ====", "If-None-Match: " + "W" * 3000],
    ],
)
def test_wrong_headers_are_refused_or_passed_over(port: int, lines: list[str]) -> None:
    answer = exchange(port, head("POST", "/login/", *lines) + b"0\r\n\r\n")
    assert not answer or int(answer.split()[1]) < 500
