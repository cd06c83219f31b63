"""``new``."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dashboard_integrations.cli.openapi_choice import chosen_operation
from dashboard_integrations.testing import FakeReply, FakeRequest, FakeService

Run = Callable[..., Result]

SECRET = "k-5f0c8b1e99"
STATUS = {"version": "2.4.1", "feeds": {"total": 42, "unread": 7}, "uptime": 86400}
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "scaffold.md"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each command runs in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def service() -> Iterator[FakeService]:
    """A service that wants a key, and has a description."""

    def status(request: FakeRequest) -> FakeReply:
        if request.headers.get("x-api-key") != SECRET:
            return FakeReply(status=401, json={"error": "no"})
        return FakeReply(json={**STATUS, "owner": "jo@example.com", "echo": SECRET})

    described = {
        "openapi": "3.1.0",
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-API-Key"}}},
        "security": [{"key": []}],
        "paths": {
            "/api/status": {"get": {"summary": "How it is", "responses": {"200": _example({"users": 3})}}},
            "/api/feeds": {"get": {"summary": "Feeds", "responses": {"200": _example([{"name": "a"}])}}},
        },
    }
    with FakeService() as service:
        service.reply("GET", "/api/status", status)
        service.reply("GET", "/openapi.json", json=described)
        yield service


def _example(value: object) -> dict[str, object]:
    return {"content": {"application/json": {"example": value}}}


def texts(folder: Path) -> str:
    return "".join(path.read_text() for path in sorted(folder.rglob("*")) if path.is_file())


def code(folder: Path) -> str:
    (module,) = folder.glob("src/*/newsroom.py")
    return module.read_text()


def told(result: Result) -> dict[str, object]:
    assert 0 == result.exit_code, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


def test_a_name_is_enough(run: Run, here: Path) -> None:
    """What was made up is said, and what to do next."""
    result = run("new", "newsroom")

    assert 0 == result.exit_code
    assert "Made dashboard-newsroom: 12 files" in result.stdout
    assert "the answer is made up" in result.stdout
    assert "pip install --editable '.[test]'" in result.stdout
    assert (here / "dashboard-newsroom" / "pyproject.toml").is_file()


def test_a_curl_command_is_asked_once(run: Run, here: Path, service: FakeService) -> None:
    """Models and card are of the answer; the key is in no file, also not where the service repeats it."""
    command = f"curl '{service.url}/api/status?full=1' -H 'X-Api-Key: {SECRET}' -H 'User-Agent: x' --compressed"
    made = told(run("new", "newsroom", "--from-curl", command, "--json"))

    assert ("stat-card", "overview", "api-key-header") == (made["view"], made["endpoint"], made["auth"])
    written = texts(here / "dashboard-newsroom")
    assert SECRET not in written
    assert "jo@example.com" not in written
    assert "127.0.0.1" not in written
    assert 'auth = ApiKeyHeader("X-API-Key", "api_key")' in code(here / "dashboard-newsroom")
    assert '_QUERY = {\n    "full": "1",\n}' in code(here / "dashboard-newsroom")
    assert {"/api/status"} == {request.path for request in service.requests}


def test_a_command_comes_from_stdin_and_its_key_from_the_environment(run: Run, service: FakeService) -> None:
    """Neither is in the history of a shell then."""
    command = f'curl {service.url}/api/status -H "X-Api-Key: $NEWSROOM_KEY"'
    result = run("new", "newsroom", "--from-curl", "-", stdin=command, NEWSROOM_KEY=SECRET)

    assert 0 == result.exit_code, result.output
    assert SECRET not in result.output


def test_what_was_replaced_in_the_recording_is_shown(run: Run, service: FakeService) -> None:
    """A person can see whether it is all."""
    command = f"curl {service.url}/api/status -H 'X-Api-Key: {SECRET}'"
    result = run("new", "newsroom", "--from-curl", command)

    assert "recorded-api_key-1" in result.stdout
    assert "person-1@example.org" in result.stdout


def test_a_service_that_says_no_is_told(run: Run, here: Path, service: FakeService) -> None:
    """In one line with its code, and nothing is made."""
    result = run("new", "newsroom", "--from-curl", f"curl {service.url}/api/status -H 'X-Api-Key: wrong'")

    assert (1, True) == (result.exit_code, result.stderr.startswith("error: auth-failed: "))
    assert [] == list(here.iterdir())


def test_a_service_that_is_not_there_is_told(run: Run, here: Path) -> None:
    """Nothing is made."""
    result = run("new", "newsroom", "--from-curl", "curl http://127.0.0.1:9/")

    assert (1, True) == (result.exit_code, result.stderr.startswith("error: unreachable: "))
    assert [] == list(here.iterdir())


def test_an_answer_may_come_from_a_file(run: Run, here: Path) -> None:
    """Then nobody is asked."""
    (here / "answer.json").write_text(json.dumps({"memory": {"used": 1, "total": 2}}))
    made = told(
        run("new", "newsroom", "--answer", "answer.json", "--from-curl", "curl -u a:b http://nas.invalid/x", "--json")
    )

    assert ("gauge", "basic") == (made["view"], made["auth"])


def test_a_service_is_asked_without_a_curl_command(run: Run, here: Path, service: FakeService) -> None:
    """With its address, a path, and a key from the environment."""
    made = told(
        run(
            *("new", "newsroom", "--url", service.url, "--get", "/api/status", "--auth", "api-key-header", "--json"),
            *("--secret-env", "api_key=KEY"),
            KEY=SECRET,
        )
    )

    assert 0 != made["replaced"]
    assert SECRET not in texts(here / "dashboard-newsroom")


def test_a_description_by_its_address(run: Run, here: Path, service: FakeService) -> None:
    """Without a terminal the most telling request is taken, and its example."""
    made = told(run("new", "newsroom", "--from-openapi", f"{service.url}/openapi.json", "--json"))

    assert ("stat-card", "api-key-header") == (made["view"], made["auth"])
    assert 'get_json("api/status"' in code(here / "dashboard-newsroom")


def test_a_description_in_a_file_and_a_path(run: Run, here: Path) -> None:
    """What is asked can be said."""
    document = {
        "openapi": "3.0.0",
        "paths": {"/a": {"get": {"responses": {}}}, "/b": {"get": {"responses": {"200": _example([{"name": "x"}])}}}},
    }
    (here / "api.json").write_text(json.dumps(document))
    made = told(run("new", "newsroom", "--from-openapi", "api.json", "--get", "/b", "--auth", "bearer", "--json"))

    assert ("list", "bearer") == (made["view"], made["auth"])


def test_family_view_and_words(run: Run, here: Path) -> None:
    """All of them stand where they belong."""
    made = told(
        run(
            *("new", "newsroom", "--family", "download-client", "--capability", "reader", "--json"),
            *("--title", "The News", "--description", "Reads.", "--author", "Jo <jo@example.org>", "--path", "x/y"),
        )
    )

    assert ("progress", "x/y") == (made["view"], made["path"])
    assert 'capabilities = ("download-client", "reader")' in code(here / "x" / "y")
    assert 'name = "The News"' in code(here / "x" / "y")
    assert '{ name = "Jo", email = "jo@example.org" }' in (here / "x" / "y" / "pyproject.toml").read_text()
    assert "Jo" in (here / "x" / "y" / "LICENSE").read_text()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("Bad_Name",), "did you mean 'bad-name'"),
        (("transmission",), "taken by dashboard-downloads"),
        (("newsroom", "--view", "gauge", "--answer", "answer.json"), "views that fit: stat-card"),
        (("newsroom", "--answer", "nothing.json"), "cannot be read"),
        (("newsroom", "--answer", "text.json"), "is not JSON"),
        (("newsroom", "--answer", "number.json"), "neither an object nor a list"),
        (("newsroom", "--get", "http://h/x"), "a path below"),
        (("newsroom", "--get", "/../x"), "a path below"),
        (("newsroom", "--get", "/x?apikey=abc"), "looks like a secret"),
        (("newsroom", "--from-curl", "wget x"), "no curl command"),
        (("newsroom", "--from-openapi", "answer.json"), "no OpenAPI description"),
        (("newsroom", "--from-openapi", "nothing.json"), "cannot be read"),
        (("newsroom", "--title", "a\nb"), "line of text"),
    ],
)
def test_what_cannot_be_made_is_told(run: Run, here: Path, arguments: tuple[str, ...], told: str) -> None:
    """In one line, and nothing is left behind."""
    (here / "answer.json").write_text('{"a": 1}')
    (here / "text.json").write_text("hello")
    (here / "number.json").write_text("3")
    before = sorted(here.iterdir())
    result = run("new", *arguments)

    assert (1, True) == (result.exit_code, told in result.stderr), result.output
    assert before == sorted(here.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("newsroom", "--auth", "magic"),
        ("newsroom", "--view", "table"),
        ("newsroom", "--from-curl", "curl http://h/", "--from-openapi", "x"),
        ("newsroom", "--from-curl", "curl http://h/", "--auth", "basic"),
        ("newsroom", "--from-curl", "curl http://h/", "--get", "/x"),
        ("newsroom", "--author", "<x>"),
    ],
)
def test_a_command_that_is_not_understood_is_code_2(run: Run, here: Path, arguments: tuple[str, ...]) -> None:
    """Exit code 2 is for the command."""
    assert 2 == run("new", *arguments).exit_code
    assert [] == list(here.iterdir())


def test_nothing_is_overwritten(run: Run, here: Path) -> None:
    """A second time is refused, before anybody is asked."""
    run("new", "newsroom")
    before = texts(here)
    result = run("new", "newsroom", "--auth", "basic")

    assert (1, True, before) == (result.exit_code, "nothing is ever overwritten" in result.stderr, texts(here))


def test_the_page_shows_what_is_made(run: Run, here: Path) -> None:
    """The command of the page, with the answer of the page, makes the code of the page."""
    page = PAGE.read_text()
    (answer,) = re.findall(r"<!-- answer -->\n```json\n(.*?)```", page, re.DOTALL)
    (command,) = re.findall(r"new newsroom --from-curl '(curl .*?)'\n```", page, re.DOTALL)
    (shown,) = re.findall(r"<!-- compiled only: .*? -->\n```python\n(.*?)```", page, re.DOTALL)
    (here / "answer.json").write_text(answer)
    result = run("new", "newsroom", "--from-curl", command, "--answer", "answer.json", NEWSROOM_KEY=SECRET)

    assert 0 == result.exit_code, result.output
    assert shown == code(here / "dashboard-newsroom")


def test_a_person_chooses_what_to_ask(service: FakeService) -> None:
    """On a terminal: from a list, the most telling one first."""
    with CliRunner().isolation(input="2\n") as streams:
        operation = chosen_operation(f"{service.url}/openapi.json", path=None, ask=True)
        told = streams[1].getvalue().decode()

    assert "/api/feeds" == operation.path
    assert ["1  /api/status  How it is", "2  /api/feeds  Feeds"] == [line.strip() for line in told.splitlines()[:2]]
