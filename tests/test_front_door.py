"""The front door: every public name is there, and what is imported is what was asked for."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import dashboard_integrations

SOURCE = Path(dashboard_integrations.__file__)


def in_a_new_process(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_type_checkers_see_what_is_there():
    """The imports for them, the names, and where each is found say the same."""
    block = next(node for node in ast.parse(SOURCE.read_text()).body if isinstance(node, ast.If))
    assert "_typing.TYPE_CHECKING" == ast.unparse(block.test)
    imported = {
        alias.name: node.module.partition(".")[2]
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imported == dashboard_integrations._MODULES
    assert sorted(imported) == sorted(dashboard_integrations.__all__)


@pytest.mark.parametrize("name", dashboard_integrations.__all__)
def test_every_name_is_there(name):
    """It is the one of its module."""
    module = import_module(f"dashboard_integrations.{dashboard_integrations._MODULES[name]}")
    assert getattr(dashboard_integrations, name) is getattr(module, name)
    assert name in dir(dashboard_integrations)


def test_a_name_that_is_not_there():
    """It is told as of any module."""
    with pytest.raises(AttributeError, match="'dashboard_integrations' has no attribute 'Intergation'"):
        _ = dashboard_integrations.Intergation
    with pytest.raises(ImportError, match="cannot import name 'Intergation'"):
        exec("from dashboard_integrations import Intergation")


def test_all_names_at_once():
    """A star brings them."""
    found = in_a_new_process("from dashboard_integrations import *; print(*[name for name in dir() if name[0] != '_'])")
    assert sorted(dashboard_integrations.__all__) == sorted(found)


def test_who_wants_little_waits_for_little():
    """The door itself opens nothing, and an error type does not bring the service."""
    code = """
import sys
def ours(): return sum(name.startswith("dashboard_integrations.") for name in sys.modules)
import dashboard_integrations
print(ours())
from dashboard_integrations import UnreachableError
print(ours() < 5, "pydantic" in sys.modules, "httpx" in sys.modules)
"""
    assert ["0", "True", "False", "False"] == in_a_new_process(code)
