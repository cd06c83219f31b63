"""The support for real servers, on the smallest server there is."""

import socket
import sys
from collections.abc import Sequence

import pytest
from real_servers._base import RealServer
from real_servers._errors import RealServerError
from real_servers._raw import ask
from real_servers.plugin import NewServer


class Files(RealServer):
    """Serves a folder."""

    name = "files"
    executable = "python3"

    def configure(self) -> None:
        """Write the one file."""
        (self.state / "hello.txt").write_text("hello")

    def command(self) -> Sequence[str]:
        """Run Python's own server."""
        return [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", str(self.port)]


class Broken(Files):
    """Ends before it answers."""

    name = "broken"

    def command(self) -> Sequence[str]:
        """Complain and end."""
        return [sys.executable, "-c", "raise SystemExit('the disk is on fire')"]


class Missing(Files):
    """Is a package that no distribution has."""

    name = "missing"
    executable = "no-such-server-here"
    packages = ("no-such-package-here",)


def test_it_runs_between_enter_and_exit(new_server: NewServer[Files]) -> None:
    """It answers inside, and its port is free afterwards."""
    with new_server(Files) as server:
        content = ask(server.port, "/hello.txt").text
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", server.port)) != 0
    assert "hello" == content


def test_it_restarts_on_the_same_port(new_server: NewServer[Files]) -> None:
    """Its address survives."""
    with new_server(Files) as server:
        before = server.url
        server.restart()
        assert 200 == ask(server.port, "/hello.txt").status
    assert before == server.url


def test_a_suspended_one_answers_nothing_until_it_is_resumed(new_server: NewServer[Files]) -> None:
    """The kernel takes the connection, and that is all."""
    with new_server(Files) as server:
        server.suspend()
        with pytest.raises(TimeoutError):
            ask(server.port, "/hello.txt", seconds=0.2)
        server.resume()
        assert 200 == ask(server.port, "/hello.txt").status


def test_a_suspended_one_can_be_stopped(new_server: NewServer[Files]) -> None:
    """A test that fails in between leaves nothing behind."""
    with new_server(Files) as server:
        server.suspend()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", server.port)) != 0


def test_one_that_ends_says_why(new_server: NewServer[Broken]) -> None:
    """The message has what it wrote."""
    with pytest.raises(RealServerError, match="the disk is on fire"), new_server(Broken):
        pass


@pytest.mark.real
def test_one_that_cannot_be_installed_is_a_failure(new_server: NewServer[Missing]) -> None:
    """No test is skipped for a server that should be there."""
    with pytest.raises(RealServerError, match="no-such-package-here"), new_server(Missing):
        pass
