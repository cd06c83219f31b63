"""Names of a distribution and its parts."""

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard_integrations.scaffold.errors import ScaffoldError
from dashboard_integrations.scaffold.names import Names, check_free

IDS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)


def nothing(_: str) -> None:
    return None


@pytest.mark.parametrize(
    ("name", "title", "package", "module", "class_name"),
    [
        ("pi-hole", "Pi hole", "dashboard_pi_hole", "pi_hole", "PiHole"),
        ("2fauth", "2fauth", "dashboard_2fauth", "service_2fauth", "Service2fauth"),
        ("class", "Class", "dashboard_class", "class_service", "Class"),
        ("answers", "Answers", "dashboard_answers", "answers_service", "Answers"),
        ("gauge", "Gauge", "dashboard_gauge", "gauge", "GaugeIntegration"),
        ("connection", "Connection", "dashboard_connection", "connection", "ConnectionIntegration"),
        ("none", "None", "dashboard_none", "none", "NonePart"),
    ],
)
def test_names_that_follow(name, title, package, module, class_name):
    """None of them is a keyword, or what the code imports."""
    names = Names.of(name)
    assert (title.lower(), f"dashboard-{name}") == (names.title.lower(), names.distribution)
    assert (package, module, class_name) == (names.package, names.module, names.class_name)


def test_a_title_decides_how_the_class_is_written():
    """Where it is the same word; else the id does."""
    assert ("RabbitMQ", "RabbitMQ") == (
        Names.of("rabbitmq", title="RabbitMQ").class_name,
        Names.of("rabbitmq", title="RabbitMQ").title,
    )
    assert "PiHole" == Names.of("pi-hole", title="The Hole").class_name


@given(IDS)
def test_every_id_makes_names_that_python_takes(name):
    """Packages, modules and classes."""
    names = Names.of(name)
    for found in (names.package, names.module, names.class_name):
        assert found.isidentifier()
        assert not keyword.iskeyword(found)


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("Pi_Hole", "pi-hole"),
        ("myService", "my-service"),
        ("a--b", "a-b"),
        ("-a", "a"),
        ("a.b", "a-b"),
        ("../x", "x"),
        ("é", None),
    ],
)
def test_what_is_no_id_is_told(name, better):
    """With one that would do."""
    with pytest.raises(ScaffoldError) as failure:
        Names.of(name)
    assert better is None or f"did you mean {better!r}" in str(failure.value)


@pytest.mark.parametrize("title", ["", " ", "a\nb"])
def test_a_title_is_a_line(title):
    """With something on it."""
    with pytest.raises(ScaffoldError, match="line of text"):
        Names.of("a", title=title)


def test_names_that_are_free():
    """Nothing is raised."""
    check_free(Names.of("newsroom"), installed={"other": "dashboard-other"}, finds=nothing)


def test_an_id_that_is_installed_is_told():
    """With who has it."""
    with pytest.raises(ScaffoldError, match="taken by dashboard-downloads"):
        check_free(Names.of("transmission"), installed={"transmission": "dashboard-downloads"}, finds=nothing)


def test_a_package_that_is_installed_is_told():
    """Importing would find the other one."""
    with pytest.raises(ScaffoldError, match="'dashboard_newsroom'"):
        check_free(Names.of("newsroom"), installed={}, finds=lambda name: name)


def test_this_library_is_not_hidden():
    """A package of its name would stand before it."""
    with pytest.raises(ScaffoldError, match="named as this library"):
        check_free(Names.of("integrations"), installed={}, finds=nothing)
