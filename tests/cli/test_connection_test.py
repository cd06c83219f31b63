"""``test``."""

import json
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme
from click.testing import Result

from dashboard_integrations.testing import FakeReply, FakeService

Run = Callable[..., Result]

CANARY = "canary-5b0a"


@pytest.fixture
def daemon() -> Iterator[FakeService]:
    with FakeService() as fake:
        fake.reply(
            "POST", "/transmission/rpc", FakeReply(json={"result": "success", "arguments": {"version": "4.0.6"}})
        )
        yield fake


def test_a_service_that_works_is_told(run: Run) -> None:
    """What the test found is shown."""
    result = run("test", "system")

    assert (0, "The connection works.") == (result.exit_code, result.stdout.splitlines()[0])


def test_a_service_that_is_down_is_one_line(run: Run) -> None:
    """Exit code 1, and the line has the code, the address and the next step."""
    result = run("test", "transmission", "--url", "http://127.0.0.1:1")

    assert (1, 1, "") == (result.exit_code, len(result.stderr.splitlines()), result.stdout)
    assert [True] * 3 == [
        part in result.stderr for part in ("error: unreachable: ", "http://127.0.0.1:1", "Try again when")
    ]


def test_a_certificate_is_shown_and_then_trusted(run: Run) -> None:
    """What the certificate says stands below the line, and its fingerprint in the configuration is trust."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with FakeService(tls=context) as daemon:
        answer = FakeReply(json={"result": "success", "arguments": {"version": "4.0.6", "rpc-version": 17}})
        daemon.reply("POST", "/transmission/rpc", answer)
        refused = run("test", "transmission", "--url", daemon.url)
        facts = dict(line.strip().split(": ", 1) for line in refused.stderr.splitlines()[1:])
        pinned = run("test", "transmission", "--url", daemon.url, "--set", f"certificate_sha256={facts['sha256']}")

    assert {"subject", "issuer", "notBefore", "notAfter", "sha256"} <= facts.keys()
    assert (1, True) == (refused.exit_code, "tls-untrusted" in refused.stderr)
    assert "tls-untrusted" not in pinned.stderr


def test_json_is_the_envelope(run: Run) -> None:
    """Failure and success are one shape on standard output."""
    failed = run("test", "transmission", "--url", "http://127.0.0.1:1", "--json")
    worked = run("test", "system", "--json")

    assert [(1, False, "unreachable"), (0, True, None)] == [
        (result.exit_code, envelope["success"], (envelope["error"] or {}).get("code"))
        for result, envelope in ((item, json.loads(item.stdout)) for item in (failed, worked))
    ]


@pytest.mark.parametrize("way", ["set", "env", "file"])
def test_a_secret_comes_in_and_not_out(run: Run, daemon: FakeService, tmp_path: Path, way: str) -> None:
    """However a secret is given, the service gets it and the output does not."""
    (tmp_path / "secret").write_text(f"{CANARY}\n")
    given = {
        "set": ("--set", f"password={CANARY}"),
        "env": ("--secret-env", "password=MY_SECRET"),
        "file": ("--secret-file", f"password={tmp_path / 'secret'}"),
    }[way]
    daemon.reply("POST", "/transmission/rpc", FakeReply(status=403, text=CANARY))
    result = run("test", "transmission", "--url", daemon.url, "--set", "username=u", *given, "--json", MY_SECRET=CANARY)

    expected = "Basic dTpjYW5hcnktNWIwYQ=="
    assert (1, False, expected) == (
        result.exit_code,
        CANARY in result.output,
        daemon.requests[0].headers.get("authorization"),
    )


def test_values_have_the_types_of_the_schema(run: Run) -> None:
    """A number that is none is the configuration's mistake, told by field."""
    result = run("test", "transmission", "--url", "http://127.0.0.1:1", "--set", "timeout=soon", "--json")

    assert (1, ["timeout"]) == (result.exit_code, list(json.loads(result.stdout)["error"]["fields"]))


def test_an_unknown_type_has_a_suggestion(run: Run) -> None:
    """A slip of the finger is understood."""
    result = run("test", "transmision")

    assert (1, True) == (result.exit_code, "did you mean 'transmission'?" in result.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("transmission", "--app", "x"),
        ("transmission", "--set", "url"),
        ("transmission", "--secret-env", "password=NO_SUCH_VARIABLE"),
        ("transmission", "--secret-file", "password=/no/such/file"),
        ("transmission", "--unknown"),
    ],
)
def test_a_command_that_is_not_understood_is_code_2(run: Run, arguments: tuple[str, ...]) -> None:
    """Exit code 2 is for the command, not the service."""
    assert 2 == run("test", *arguments).exit_code
