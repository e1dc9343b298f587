from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from limits import parse
from starlette.testclient import TestClient

from engine.errors import InputError
from engine.web.content.site import Site
from engine.web.server.app import create_app
from engine.web.server.rate_limit import Protection
from tests.web.serving import request, served


@pytest.fixture
def strict(site: Site) -> Iterator[TestClient]:
    """A client of a server that ``occupation-risk serve`` would set up, with a low rate."""
    protection = Protection.of("127.0.0.1", rate_limit="10/minute")
    app = create_app(lambda: site, protection=protection)
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost", 200),
        ("[::1]:8000", 200),
        ("rebound.example.net", 400),
        ("127.0.0.1.example.net", 400),
        ("localhost@example.net", 400),
        ("", 400),
    ],
)
def test_only_known_hostnames_are_accepted(strict: TestClient, host: str, status: int) -> None:
    assert strict.get("/data", headers={"host": host}).status_code == status
    assert strict.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    ("address", "hosts", "expected"),
    [
        ("0.0.0.0", ["risk.example.org"], "risk.example.org"),
        ("::1", [], "[::1]"),
        ("192.0.2.1", [], "192.0.2.1"),
        ("0.0.0.0", ["*.example.org"], "*.example.org"),
        ("0.0.0.0", ["*"], "*"),
    ],
)
def test_hostnames_are_those_given_or_the_address(
    address: str, hosts: list[str], expected: str
) -> None:
    accepted = Protection.of(address, hosts).hosts
    assert accepted[0] == expected
    assert {"localhost", "127.0.0.1", "[::1]"} <= set(accepted)


@pytest.mark.parametrize(
    ("address", "hosts", "rate", "message"),
    [
        ("0.0.0.0", [], "none", "set the public hostname with --allowed-host"),
        ("::", [], "none", "set the public hostname with --allowed-host"),
        ("127.0.0.1", ["a*.example.org"], "none", "a\\*.example.org is invalid; give a hostname"),
        ("127.0.0.1", [], "often", "--rate-limit often is invalid; give a rate such as 600/minute"),
    ],
)
def test_impossible_limits_are_rejected(
    address: str, hosts: list[str], rate: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        Protection.of(address, hosts, rate)


def test_a_rate_may_be_unlimited() -> None:
    assert Protection.of("127.0.0.1", rate_limit="none").rate is None
    assert Protection.of("127.0.0.1").rate == parse("600/minute")


def test_a_client_above_the_rate_learns_when_to_try_again(strict: TestClient) -> None:
    job = {"tasks": ["Write reports."]}
    assert [strict.post("/api/score", json=job).status_code for _ in range(2)] == [200, 200]
    refused = strict.get("/api/runs")
    assert refused.status_code == 429
    assert refused.json()["title"] == "Too Many Requests"
    assert 1 <= int(refused.headers["retry-after"]) <= 120
    assert "<h1>" in strict.get("/").text
    assert strict.get("/readyz").status_code == 200


def test_each_client_has_a_rate_and_an_ipv6_network_is_one_client(site: Site) -> None:
    app = create_app(lambda: site, protection=Protection(rate=parse("1/minute")))

    def status(address: str) -> int:
        with TestClient(app, client=(address, 50_000)) as client:
            return client.get("/api/runs").status_code

    clients = ["192.0.2.1", "192.0.2.2", "192.0.2.1", "2001:db8::1", "2001:db8::2", "2001:db8:1::1"]
    assert [status(address) for address in clients] == [200, 200, 429, 200, 429, 200]


def test_a_job_that_costs_more_than_the_rate_is_scored_alone(site: Site) -> None:
    app = create_app(lambda: site, protection=Protection(rate=parse("1/minute")))
    with TestClient(app) as client:
        job = {"tasks": ["Write reports."]}
        assert [client.post("/api/score", json=job).status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize(
    ("trusted", "statuses"), [("127.0.0.1", [200, 200, 429]), ("192.0.2.1", [200, 429, 429])]
)
def test_only_a_trusted_proxy_names_the_client(
    site: Site, monkeypatch: pytest.MonkeyPatch, trusted: str, statuses: list[int]
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", trusted)
    app = create_app(lambda: site, protection=Protection(rate=parse("1/minute")))

    def status(client: str) -> int:
        head = "GET /api/runs HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
        answer = request(port, f"{head}X-Forwarded-For: {client}\r\n\r\n".encode())
        return int(answer.split(b" ")[1])

    with served(app) as port:
        clients = ("198.51.100.1", "198.51.100.2", "198.51.100.9, 198.51.100.2")
        assert [status(client) for client in clients] == statuses


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0])
def test_a_jump_of_the_clock_changes_no_limit(
    strict: TestClient, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    for _ in range(10):
        assert strict.get("/api/runs").status_code == 200
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + jump)
    refused = strict.get("/api/runs")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 120
