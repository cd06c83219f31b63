"""The documentation names everything there is, leads nowhere that is not there, and shows what runs."""

import ast
import importlib
import inspect
import json
import os
import re
from pathlib import Path

import click
import pytest

import dashboard_integrations
from dashboard_integrations import (
    BaseIntegration,
    HttpIntegration,
    IntegrationService,
    MemoryCache,
    NetworkPolicy,
    Registry,
    ServiceConfig,
    endpoint,
)
from dashboard_integrations.cli.commands import commands
from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.freshness import FreshnessPolicy
from dashboard_integrations.host.app_routes import AppRoutes
from dashboard_integrations.host.board_routes import BoardRoutes
from dashboard_integrations.host.widget_routes import WidgetRoutes
from dashboard_integrations.testing.host import open_app
from dashboard_integrations.views import ViewKind, any_view
from dashboard_integrations.web import Access, IntegrationRoutes
from dashboard_integrations.web.statuses import STATUSES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SOURCE = Path(dashboard_integrations.__file__).parent
PAGES = sorted(path for path in DOCS.rglob("*.md") if ".pytest_cache" not in path.parts)
ALL_PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *PAGES]
EXAMPLES = sorted(
    path
    for folder in ("examples", "hosts")
    for path in (DOCS / folder).rglob("*")
    if path.suffix in {".py", ".toml", ".html"} and path.name not in {"__init__.py", "pyproject.toml"}
)
PUBLIC = [
    *(
        "",
        "views",
        "errors",
        "auth",
        "apps",
        "apps.rotation",
        "cache",
        "cipher",
        "registry",
        "web",
        "ui",
        "declarative",
    ),
    *("observability.otel", "observability.prometheus"),
    *("adapters.asgi", "adapters.fastapi", "storage", "storage.migrations"),
    *("testing", "testing.app_repository", "testing.assertions", "testing.cache_backend", "testing.clock"),
    *("testing.connecting", "testing.conformance", "testing.conformance.report", "testing.host", "testing.recording"),
    *("testing.recorder", "testing.scrubber"),
]
SETTINGS = {  # what takes settings, and the page and heading that tell of them
    IntegrationService: ("python-api", "IntegrationService"),
    FreshnessPolicy: ("python-api", "IntegrationService"),
    NetworkPolicy: ("python-api", "NetworkPolicy"),
    MemoryCache: ("python-api", "CacheBackend"),
    Registry.from_entry_points: ("registry", None),
    ServiceConfig: ("integration", "ServiceConfig"),
    endpoint: ("integration", "endpoint"),
    open_app: ("testing", None),
}
ATTRIBUTES = {HttpIntegration: "HttpIntegration", BaseIntegration: "BaseIntegration"}

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARKED = re.compile(r"<!-- example: (\S+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def name_of(path):
    return str(path.relative_to(ROOT))


def reference(name):
    return (DOCS / "reference" / f"{name}.md").read_text()


def prose(path):
    """Return a page without its code blocks."""
    return FENCE.sub("", path.read_text())


def anchors(path):
    """Return the anchors that headings get where Markdown is shown."""
    words = (re.sub(r"[^\w\s-]", "", heading.replace("`", "").lower()) for heading in HEADING.findall(prose(path)))
    return {re.sub(r"\s", "-", word.strip()) for word in words}


@pytest.mark.parametrize("package", PUBLIC)
def test_every_public_name_is_in_the_reference(package):
    """Who looks for a name finds it."""
    text = "".join(page.read_text() for page in (DOCS / "reference").glob("*.md"))
    words = set(re.findall(r"\w+", text))
    module = importlib.import_module(f"dashboard_integrations.{package}".rstrip("."))
    assert [name for name in module.__all__ if name not in words] == []


@pytest.mark.parametrize(("taker", "place"), SETTINGS.items(), ids=[taker.__qualname__ for taker in SETTINGS])
def test_every_setting_is_told(taker, place):
    """Each argument and field stands on its page, in code."""
    page, heading = place
    page_text = FENCE.sub("", reference(page))
    text = page_text if heading is None else section(page_text, heading)
    told = set(re.findall(r"\w+", " ".join(re.findall(r"`[^`]+`", text))))
    settings = [name for name in inspect.signature(taker).parameters if name not in {"self", "integration"}]
    assert len(settings) > 1
    assert [name for name in settings if name not in told] == []


@pytest.mark.parametrize("base", ATTRIBUTES, ids=lambda base: base.__name__)
def test_every_class_attribute_of_an_integration_is_told(base):
    """Whatever an author may set."""
    sections = [section(reference("integration"), ATTRIBUTES[kind]) for kind in base.__mro__ if kind in ATTRIBUTES]
    told = re.findall(r"^\| `(\w+)", "".join(sections), re.MULTILINE)
    own = [name for name in base.__annotations__ if not name.startswith("_")]
    assert len(own) > 1
    assert [name for name in own if name not in told] == []


def test_every_reason_is_told():
    """Those that the source gives as they are, somewhere in the reference."""
    text = "".join(page.read_text() for page in (DOCS / "reference").glob("*.md"))
    sources = [
        path for path in SOURCE.rglob("*.py") if path.relative_to(SOURCE).parts[0] not in {"testing", "workbench"}
    ]
    reasons = {reason for path in sources for reason in re.findall(r"reason=\"([\w-]+)\"", path.read_text())}
    assert len(reasons) > 20
    assert sorted(reason for reason in reasons if f"`{reason}`" not in text) == []


def test_every_public_name_is_in_the_typing_test():
    """Type checkers see each name as its users write it."""
    words = set(re.findall(r"\w+", (ROOT / "tests" / "typing" / "api.py").read_text()))
    assert [name for name in dashboard_integrations.__all__ if name not in words] == []


def test_every_error_code_has_its_status_and_advice():
    """The table of codes is the one that the routes use."""
    text = reference("errors")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| `\w+` \| \w+ \| \w+ \| (\d+) \|", text, re.MULTILINE))
    assert {code.value: str(int(STATUSES[code])) for code in ErrorCode} == rows
    assert [code for code in ErrorCode if f"\n### {code.value}\n" not in text] == []


def test_every_route_has_its_section():
    """Each method of each path has a heading."""
    routes = IntegrationRoutes(None, authorize=lambda request, action: Access.FORBIDDEN).routes
    headings = HEADING.findall(reference("http-api"))
    assert {f"{route.method} {route.template}" for route in routes} <= set(headings)


def test_every_route_of_the_reference_dashboard_is_told():
    """Apps, boards and widgets are beside the integrations."""
    routes = (*AppRoutes(None).table(), *BoardRoutes(None).table(), *WidgetRoutes(None).table())
    told = set(re.findall(r"^\| `([A-Z]+ /\S+)` \|", reference("host-api"), re.MULTILINE))
    assert {f"{route.method} {route.template}" for route in routes} == told


def section(text, heading):
    """Return what stands below a heading of the second level."""
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


COMMANDS = commands.list_commands(click.Context(commands))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_told(name):
    """In the command's own section, in one that it refers to, or at the top for all of them."""
    text = reference("cli")
    told = section(text, name)
    assert told != "", f"`## {name}` is missing"
    around = [text.partition("\n## ")[0], *(section(text, other) for other in re.findall(r"as for\s+`([\w-]+)`", told))]
    found = commands.get_command(click.Context(commands), name)
    options = {option for parameter in found.params for option in parameter.opts if option.startswith("--")}
    assert sorted(option for option in options if f"`{option}" not in "".join([told, *around])) == []
    assert sorted(set(re.findall(r"^\| `(--[\w-]+)", told, re.MULTILINE)) - options) == []


def test_the_page_on_commands_has_no_others():
    """What was taken out of the program is taken out of its page."""
    assert sorted(re.findall(r"^## (.+)$", reference("cli"), re.MULTILINE)) == sorted(COMMANDS)


def test_every_environment_variable_is_told():
    """What the source reads from the environment is on its page."""
    read = set()
    for path in SOURCE.rglob("*.py"):
        text = path.read_text()
        named = "".join(re.findall(r"_VARIABLES? = (.+)", text))
        read |= set(re.findall(r"\"(\w+)\"", named))
        read |= set(re.findall(r"(?:environ\.get\(|environ\[|envvar=)\"(\w+)\"", text))
    told = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", reference("environment")))
    assert {"INTEGRATION_ENCRYPTION_KEY", "APP_ENV", "HOME", "DASHBOARD_TOKEN"} <= read
    assert read - told == set()


@pytest.mark.parametrize("page", ALL_PAGES, ids=name_of)
def test_no_link_is_dead(page):
    """Files and anchors that pages refer to are there."""
    dead = []
    for link in LINK.findall(prose(page)):
        target, _, anchor = link.partition("#")
        if "://" in link:
            continue
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            dead.append(link)
    assert dead == []


def test_the_index_links_every_page():
    """No page is left out."""
    linked = {(DOCS / link.partition("#")[0]).resolve() for link in LINK.findall((DOCS / "index.md").read_text())}
    assert [name_of(page) for page in PAGES if page.name != "index.md" and page.resolve() not in linked] == []


@pytest.mark.parametrize("path", [*ALL_PAGES, *EXAMPLES], ids=name_of)
def test_no_page_knows_a_machine(path):
    """Nothing says where somebody happened to work."""
    text = path.read_text()
    assert re.findall(r"(?<![\w.])/(?:work|root|tmp|home|Users)/\S*|file://\S*", text) == []


@pytest.mark.parametrize("page", ALL_PAGES, ids=name_of)
def test_examples_stand_on_pages_as_they_are(page):
    """What a page shows as an example is the file that is linted, typed and run."""
    shown = MARKED.findall(page.read_text())
    assert {name: (DOCS / "examples" / name).read_text() for name, _ in shown} == dict(shown)


def test_every_example_is_on_a_page():
    """No example is left behind."""
    shown = {name for page in ALL_PAGES for name, _ in MARKED.findall(page.read_text())}
    assert {os.path.relpath(path, DOCS / "examples") for path in EXAMPLES} == shown


def test_the_readme_runs_nothing_that_is_no_example():
    """Every Python block of the README is a file."""
    text = (ROOT / "README.md").read_text()
    assert [code for _, code in MARKED.findall(text)] == [
        code for kind, code in FENCE.findall(text) if kind == "python"
    ]


@pytest.mark.parametrize("page", ALL_PAGES, ids=name_of)
def test_json_can_be_read(page):
    """Examples of JSON are JSON."""
    for kind, code in FENCE.findall(page.read_text()):
        if kind == "json":
            json.loads(code)


def test_there_is_a_payload_of_every_view():
    """Each is what the view's model writes: every key of it, and none more."""
    payloads = [json.loads(code) for kind, code in FENCE.findall(reference("views")) if kind == "json"]
    written = [any_view.validate_python(payload).model_dump(mode="json") for payload in payloads]
    assert list(ViewKind) == [payload["kind"] for payload in payloads]
    assert [_without_zeros(value) for value in written] == [_without_zeros(payload) for payload in payloads]


def test_every_module_has_a_floor_on_the_architecture_page():
    """The page shows the floors that the imports are held to."""
    floors = next(
        node.value
        for node in ast.parse((ROOT / "tests" / "test_floors.py").read_text()).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "FLOORS"
    )
    rows = re.findall(r"^\| (\d) \| (.+?) \|", (DOCS / "explanation" / "architecture.md").read_text(), re.MULTILINE)
    told = {int(floor): set(re.findall(r"`([\w.]+)`", names)) for floor, names in rows}
    expected = {floor: set(names.split()) for floor, names in ast.literal_eval(floors).items()}
    expected[1].discard("cache.memory")  # below `cache`, which is on the page
    assert expected == told


def _without_zeros(value):
    """Return JSON in which 5 and 5.0 are the same text."""
    return json.dumps(value, sort_keys=True).replace(".0,", ",").replace(".0}", "}")
