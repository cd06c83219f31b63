"""``check``: a distribution as it would be installed, in an environment with nothing else in it."""

import json
import sys
from pathlib import Path

import pytest
from author_tree import MODULE, author_tree
from click.testing import CliRunner
from hand_made_wheel import FILES, hand_made_wheel

from dashboard_integrations.cli.commands import commands
from dashboard_integrations.workbench.check import Check, Checked
from dashboard_integrations.workbench.clean_environment import CleanEnvironment


def check(*arguments):
    """Run the command; return its exit code, what it found by topic, and everything it printed."""
    done = CliRunner().invoke(commands, ["check", *map(str, arguments), "--json"])
    try:
        printed = json.loads(done.stdout)
    except ValueError:
        return done.exit_code, {}, done.output
    return done.exit_code, {item["topic"]: item for item in printed["findings"]}, done.output


def test_a_good_tree_is_ready(tmp_path):
    """It is built, installed, loaded, and shows its level; the level that is asked for is reached."""
    code, found, told = check(author_tree(tmp_path), "--level", "gold")
    assert (0, {"ok"}) == (code, {item["verdict"] for item in found.values()}), told
    assert "gold" == found["conformance boxes"]["message"]


def test_what_is_wrong_in_an_installed_tree_is_told(tmp_path):
    """A module that imports what is not there works on its author's machine only; no level is reached."""
    tree = author_tree(tmp_path)
    module = tree / "src" / "dashboard_boxes" / "boxes.py"
    module.write_text(MODULE.replace("from pydantic", "import a_tool_of_the_author\nfrom pydantic", 1))
    code, found, told = check(tree, "--level", "bronze")
    assert 1 == code, told
    assert "a_tool_of_the_author" in found["loading boxes"]["message"]
    assert "a_tool_of_the_author" in found["tests"]["message"]
    assert "wrong" == found["level"]["verdict"]


LEFT_OUT = """
[tool.hatch.build.targets.wheel]
packages = ["{packages}"]
exclude = ["forgotten.py"]
"""


@pytest.mark.parametrize("layout", ["src", "flat"])
def test_the_wheel_is_tested_and_not_the_tree(tmp_path, layout):
    """With what the distribution's own extra for tests names; a module that the wheel lacks is missed."""
    tree = author_tree(tmp_path)
    code = tree / "src" / "dashboard_boxes"
    (code / "forgotten.py").touch()
    (tree / "tests" / "test_boxes.py").write_text("import jmespath\nimport dashboard_boxes.forgotten\n")
    project = (tree / "pyproject.toml").read_text().replace("[testing]", "[testing,declarative]")
    if layout == "flat":
        code = code.rename(tree / "dashboard_boxes")
        (tree / "tests" / "__init__.py").touch()
    else:
        project += 'pythonpath = ["src", "tests"]\n'
    (tree / "pyproject.toml").write_text(project + LEFT_OUT.format(packages=code.relative_to(tree).as_posix()))
    done, found, told = check(tree)
    assert 1 == done, told
    assert "No module named 'dashboard_boxes.forgotten'" in found["tests"]["message"], told
    assert "jmespath'" not in told


def test_every_integration_has_to_reach_the_level(monkeypatch):
    """One that no test is about reaches none."""
    checked = Checked(
        name="x", version="1", integrations=("a", "b", "c"), findings=(), levels={"a": "gold", "b": "bronze"}
    )
    monkeypatch.setattr(Check, "run", lambda self: checked)
    done = CliRunner().invoke(commands, ["check", "--level", "silver"])
    assert 1 == done.exit_code
    assert ["b is bronze, not silver", "c is at no level, not silver"] == [
        line.split("level", 1)[1].strip() for line in done.stdout.splitlines()[1:]
    ]


def test_what_does_not_end_has_failed(tmp_path):
    """It is told, as a program that failed."""
    environment = CleanEnvironment(python=Path(sys.executable), seconds=0.2)
    done = environment.run("-c", "import threading; threading.Event().wait()", cwd=tmp_path)
    assert (1, "it did not end within 0.2 seconds") == (done.returncode, done.stderr)


def test_a_wheel_is_checked_without_tests(tmp_path):
    """Its level is not known, which is told and no failure; people read a line for each topic."""
    files = {**FILES, "dashboard_boxes/boxes.py": MODULE}
    wheel = hand_made_wheel(tmp_path, files=files, metadata={"License-Expression": None})
    done = CliRunner().invoke(commands, ["check", str(wheel)])
    assert 1 == done.exit_code, done.output
    lines = [line.split()[:2] for line in done.stdout.splitlines()]
    assert ["dashboard-boxes", "0.3.0"] == lines[0]
    assert {("wrong", "licence"), ("ok", "loading"), ("advice", "conformance")} <= {tuple(line) for line in lines}


def test_what_cannot_live_with_the_core_is_told(tmp_path):
    """In the words of who installs it."""
    code, found, told = check(hand_made_wheel(tmp_path, requires=("dashboard-integrations>=0.1", "pydantic<2")))
    assert 1 == code, told
    assert {"dependency pydantic", "installation"} == {
        topic for topic, item in found.items() if item["verdict"] == "wrong"
    }


@pytest.mark.parametrize(
    ("name", "told"), [("", "there is no pyproject.toml"), ("broken-1-py3-none-any.whl", "is no wheel")]
)
def test_what_cannot_be_checked_is_a_mistake(tmp_path, name, told):
    """With the next step, and exit code 2."""
    if name:
        (tmp_path / name).write_text("x")
    code, _, printed = check(tmp_path / name)
    assert 2 == code
    assert told in printed
