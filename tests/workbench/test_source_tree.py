"""Source trees: what is read of them, and what is said about those that are none."""

import pytest
from author_tree import author_tree

from dashboard_integrations.workbench.source_tree import SourceTree, SourceTreeError


def test_a_tree_names_its_integrations(tmp_path):
    """With the folder that imports begin in."""
    tree = SourceTree.read(author_tree(tmp_path))
    assert ("dashboard-boxes", "0.3.0", tmp_path / "src") == (tree.name, tree.version, tree.code)
    assert {"boxes": "dashboard_boxes.boxes:Boxes"} == tree.entry_points


def test_a_flat_tree_is_read(tmp_path):
    """Without a folder ``src`` imports begin beside ``pyproject.toml``."""
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "flat"\ndynamic = ["version"]\n'
        '[project.entry-points."dashboard.integrations"]\nflat = "flat:Flat"\n'
    )
    tree = SourceTree.read(tmp_path)
    assert (tmp_path, "0") == (tree.code, tree.version)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "there is no pyproject.toml"),
        ("[project", "cannot be read"),
        ("[tool.x]\n", r"has no \[project\] table"),
        ('[project]\nname = "x"\n', "names no integration"),
        ('[project]\nname = "x"\nentry-points = 3\n', "names no integration"),
    ],
    ids=["missing", "broken", "no project", "no entry point", "odd entry points"],
)
def test_what_is_no_tree_is_told(tmp_path, content, told):
    """And what to do about it."""
    if content is not None:
        (tmp_path / "pyproject.toml").write_text(content)
    with pytest.raises(SourceTreeError, match=told):
        SourceTree.read(tmp_path)
