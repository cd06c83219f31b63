"""Writing: all of it, or nothing."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard_integrations.scaffold.auth_plans import AuthKind
from dashboard_integrations.scaffold.distribution import Author, write
from dashboard_integrations.scaffold.errors import ScaffoldError
from dashboard_integrations.testing import Recording

FILES = {"a.txt": "a", "b/c.txt": "ü"}
LINES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40).filter(str.strip)


def test_all_files_are_written(tmp_path):
    """Into folders of their own."""
    write(FILES, tmp_path / "deep" / "made")
    assert ["a", "ü"] == [(tmp_path / "deep" / "made" / name).read_text("utf-8") for name in FILES]
    assert ["made"] == [item.name for item in (tmp_path / "deep").iterdir()]


@pytest.mark.parametrize("kind", ["folder", "empty", "file", "link"])
def test_nothing_is_overwritten(tmp_path, kind):
    """Whatever it is, it stays as it was."""
    target = tmp_path / "made"
    if kind == "file":
        target.write_text("mine")
    elif kind == "link":
        target.symlink_to(tmp_path / "nowhere")
    else:
        target.mkdir()
    if kind == "folder":
        (target / "mine.txt").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ScaffoldError, match="nothing is ever overwritten"):
        write(FILES, target)
    assert before == sorted(tmp_path.rglob("*"))


@pytest.mark.parametrize("files", [{"a": "a", "a/b": "b"}, {"a": "a", "b" * 300: "b"}])
def test_nothing_is_left_behind(tmp_path, files):
    """When a file cannot be written, there is no folder."""
    with pytest.raises(ScaffoldError, match="cannot be written"):
        write(files, tmp_path / "made")
    assert [] == list(tmp_path.iterdir())


def test_nothing_is_left_behind_by_an_interrupt(tmp_path):
    """Ctrl+C in the middle."""

    class Interrupting(str):
        __slots__ = ()

        def encode(self, *_):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write({"a": "a", "b": Interrupting("b")}, tmp_path / "made")
    assert [] == list(tmp_path.iterdir())


def test_a_place_that_cannot_be_made_is_told(tmp_path):
    """A folder below a file."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(ScaffoldError, match="cannot be made"):
        write(FILES, tmp_path / "file" / "made")


@given(name=LINES, description=LINES)
def test_pyproject_says_what_was_given(describe, name, description):
    """Whatever it is made of."""
    made = describe.distribution(
        {"a": 1}, auth=AuthKind.NONE, author=Author(name=name, email="a@b.c"), description=description
    )
    project = tomllib.loads(made.files(Recording(integration="newsroom"))["pyproject.toml"])["project"]
    assert (description, [{"name": name, "email": "a@b.c"}]) == (project["description"], project["authors"])


def test_the_entry_point_is_the_class(maker):
    """And the package has its typing marker."""
    made = maker.distribution({"a": 1}, auth=AuthKind.BEARER)
    target = maker.write(made)
    project = tomllib.loads((target / "pyproject.toml").read_text())["project"]
    module = maker.module(made, target)
    assert {"newsroom": "dashboard_newsroom.newsroom:Newsroom"} == project["entry-points"]["dashboard.integrations"]
    assert "newsroom" == module.Newsroom.id
    assert (target / "src" / "dashboard_newsroom" / "py.typed").is_file()


def test_ci_publishes_without_a_password(maker):
    """A job of its own, for tags, with the right to ask for a token and no other."""
    yaml = pytest.importorskip("yaml")
    target = maker.write(maker.distribution({"a": 1}))
    jobs = yaml.safe_load((target / ".github" / "workflows" / "ci.yml").read_text())["jobs"]
    publish = jobs["publish"]
    assert ({"id-token": "write"}, "pypi", ["test", "build"]) == (
        publish["permissions"],
        publish["environment"],
        publish["needs"],
    )
    assert "pypa/gh-action-pypi-publish@release/v1" == publish["steps"][-1]["uses"]
    assert "startsWith(github.ref, 'refs/tags/v')" == publish["if"]
    commands = [step["run"] for step in jobs["test"]["steps"] if "run" in step]
    assert {"ruff check", "ruff format --check", "mypy"} < set(commands)
    assert any(command.startswith("pytest") for command in commands)


def test_templates_are_part_of_the_package():
    """A wheel has them."""
    import dashboard_integrations.scaffold

    folder = Path(dashboard_integrations.scaffold.__file__).parent / "templates"
    assert {"pyproject.toml.jinja", "integration.py.jinja", "test.py.jinja"} <= {item.name for item in folder.iterdir()}
