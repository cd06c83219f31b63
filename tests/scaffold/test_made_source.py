"""The source that is made: it shows the very answer, and nothing that it was given becomes code."""

import ast
import json
from collections.abc import Mapping
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from dashboard_integrations.scaffold.first_view import NothingToShowError
from dashboard_integrations.scaffold.guess import first_view, fitting_views
from dashboard_integrations.testing import Recording
from dashboard_integrations.views import ViewKind

WORDS = st.sampled_from(
    [
        "name",
        "title",
        "id",
        "uuid",
        "status",
        "state",
        "severity",
        "message",
        "progress",
        "percent",
        "size_bytes",
        "dl_speed",
        "upSpeed",
        "uptime",
        "latencyMs",
        "temperature",
        "used",
        "free",
        "total",
        "version",
        "time",
        "updatedAt",
        "enabled",
        "online",
        "items",
        "data",
        "alerts",
        "result",
        "count",
        "value",
    ]
)
KEYS = WORDS | st.text(max_size=8) | st.sampled_from(['"""', "\\", "{row}", "{{ x }}", "class", "a\nimport os", "x-y"])
TEXTS = st.text(max_size=20) | st.sampled_from(
    ["up", "error", "2026-01-01T09:00:00Z", "12.5", "9", '"""\nimport os', "\\", "{row}", "{{ x }}", "'", 'a"b']
)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(0, 100) | st.floats(0, 1)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
OBJECTS = st.dictionaries(KEYS, SCALARS, max_size=7)
ROWS = st.lists(OBJECTS, max_size=4) | st.dictionaries(
    st.from_regex(r"[A-Z]{4}[0-9]{2}-[A-Z0-9]{5}", fullmatch=True), OBJECTS
)
ANSWERS = st.dictionaries(KEYS, SCALARS | OBJECTS | ROWS, max_size=5) | ROWS
KINDS = st.none() | st.sampled_from(list(ViewKind))
MODULES = {
    "dashboard_integrations",
    "dashboard_integrations.views",
    "pydantic",
    "dashboard_newsroom",
    "collections.abc",
}


class Answering:
    """A connection to a service that always gives one answer."""

    def __init__(self, answer: object) -> None:
        self._answer = answer

    async def get_json(self, path: str, model: object, **_: object) -> object:
        return TypeAdapter(model).validate_json(json.dumps(self._answer))


def shown(coroutine):
    """Run a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("it waits for something")


def sources(files: Mapping[str, str]) -> dict[str, str]:
    """Return the modules of a distribution in the order of their imports."""
    names = {
        "dashboard_newsroom": "",
        "dashboard_newsroom.answers": "answers.py",
        "dashboard_newsroom.newsroom": "newsroom.py",
    }
    paths = {name: f"src/dashboard_newsroom/{file}" for name, file in names.items() if file}
    found = {name: files[path] for name, path in paths.items() if path in files}
    return {"dashboard_newsroom": "", **found}


def described(maker, answer, kind):
    try:
        return maker.distribution(answer, view=kind)
    except NothingToShowError:
        return None


@settings(max_examples=50)  # each makes, compiles and runs three modules
@given(answer=ANSWERS, kind=KINDS)
def test_the_view_shows_the_very_answer(describe, run_source, answer, kind):
    """The card is valid, and holds what the test that is made with it expects."""
    made = described(describe, answer, kind)
    if made is None:
        return
    modules = run_source(sources(made.files(Recording(integration="newsroom"))))
    integration = modules["dashboard_newsroom.newsroom"].Newsroom()
    (endpoint,) = integration.endpoints
    view = shown(integration.fetch_data(endpoint.id, Answering(answer)))
    assert endpoint.view == view.kind
    for code, value in made.view.expected:
        assert eval(code, {"view": view}) == eval(value), code
    report = shown(integration.test_connection(Answering(answer)))
    assert report.version is None or isinstance(report.version, str)


@settings(max_examples=50)  # each makes, compiles and runs three modules
@given(answer=ANSWERS, kind=KINDS, title=st.text(max_size=20), description=TEXTS)
def test_nothing_that_is_given_becomes_code(describe, answer, kind, title, description):
    """Every module holds what its template has, whatever keys, texts, titles and descriptions say."""
    made = described(describe, answer, kind)
    if made is None:
        return
    made = describe.distribution(answer, view=kind, description=description)
    names = SimpleNamespace(**{name: getattr(made.names, name) for name in made.names.__slots__})
    names.title = title
    object.__setattr__(made, "names", names)
    for name, source in made.files(Recording(integration="newsroom")).items():
        if name.endswith(".py"):
            tree = ast.parse(source)
            imported = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
            assert {node.module.partition(".testing")[0] for node in imported} <= MODULES | {
                "pathlib",
                "dashboard_newsroom.newsroom",
            }
            assert allowed(tree, name)


def allowed(tree: ast.Module, name: str) -> bool:
    kinds = (ast.Expr, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    texts = [node for node in tree.body if isinstance(node, ast.Expr)]
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    dangerous = {call for call in calls if call.split(".")[0] in {"os", "eval", "exec", "open", "__import__"}}
    return all(isinstance(node, kinds) for node in tree.body) and len(texts) == 1 and not dangerous


@given(ANSWERS)
def test_every_answer_has_a_first_view_or_a_reason(answer):
    """Guessing never fails otherwise, and a view that is said to fit can be had."""
    for kind in fitting_views(answer):
        assert kind is first_view(answer, kind=kind).kind
    if not fitting_views(answer):
        with pytest.raises(NothingToShowError):
            first_view(answer)
