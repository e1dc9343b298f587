from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from engine.errors import InputError
from engine.mcp.commands import protection
from engine.utils.sockets import listen
from tests.mcp.conftest import command, http_server, variables


def _failed(*options: object) -> str:
    done = subprocess.run(
        command(*options), capture_output=True, text=True, env=variables(), stdin=subprocess.DEVNULL
    )
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


@pytest.mark.slow
def test_a_folder_without_an_engine_is_reported_at_once(tmp_path: Path) -> None:
    assert f"{tmp_path}" in _failed("--engine", tmp_path)


@pytest.mark.slow
def test_options_that_do_not_fit_are_reported() -> None:
    assert "--allowed-host needs --transport http" in _failed("--allowed-host", "example.org")
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        said = _failed("--transport", "http", "--port", port)
    assert f"cannot listen on 127.0.0.1 port {port}" in said


def test_without_the_extra_the_command_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['mcp'] = None; sys.argv = ['occupation-risk', 'mcp'];"
        "from engine.cli.app import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "the MCP server needs the package 'mcp', which is not installed" in done.stderr
    assert "pip install 'occupation-risk[mcp]'" in done.stderr


def test_all_addresses_need_a_hostname() -> None:
    with pytest.raises(InputError, match="--host 0.0.0.0 listens on all addresses.*--allowed-host"):
        protection("0.0.0.0", ())
    settings = protection("0.0.0.0", ["risk.example.org"])
    assert settings.enable_dns_rebinding_protection
    assert "risk.example.org:*" in settings.allowed_hosts
    assert "https://risk.example.org" in settings.allowed_origins
    assert not any("0.0.0.0" in name for name in settings.allowed_hosts)


@pytest.mark.slow
def test_only_names_of_this_computer_are_served(starter_folder: Path) -> None:
    """A page on another site cannot reach the server, even if its name leads to this computer."""
    ask = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }
    with http_server("--engine", starter_folder) as address:
        place = urlsplit(address)

        def status(**headers: str) -> int:
            connection = http.client.HTTPConnection(str(place.hostname), place.port or 0)
            kinds = {
                "Content-Type": "application/json",
                "Accept": "application/json, text/event-stream",
            }
            connection.request("POST", place.path, json.dumps(ask), kinds | headers)
            answer = connection.getresponse()
            answer.read()
            connection.close()
            return answer.status

        assert status() == 200
        assert status(Host="evil.example") == 421
        assert status(Origin="http://evil.example") == 403
        with pytest.raises(OSError), socket.create_connection(("127.0.0.2", place.port), 1):
            pass
