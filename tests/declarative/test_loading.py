"""Files and texts, hostile ones too."""

from importlib.resources import files
from pathlib import Path

import pytest
from definitions import definition_text

from dashboard_integrations.declarative import DefinitionError, load_integration, parse_integration
from dashboard_integrations.integration import Integration
from dashboard_integrations.registry import Registry


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sample.toml"
    path.write_text(definition_text())
    return path


def test_a_file_is_loaded(file: Path) -> None:
    """By its path, as text or not; what comes of it is an integration."""
    for loaded in (load_integration(file), load_integration(str(file))):
        assert isinstance(loaded, Integration)
        assert ("sample", str(file), f"DeclaredIntegration('sample', source='{file}')") == (
            loaded.id,
            loaded.source,
            repr(loaded),
        )


def test_a_file_of_a_package_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a distribution ships one, in three lines."""
    package = tmp_path / "declared_sample"
    package.mkdir()
    (package / "sample.toml").write_text(definition_text(), "utf-8")
    (package / "__init__.py").write_text(
        "from importlib.resources import files\n"
        "from dashboard_integrations.declarative import load_integration\n"
        "sample = load_integration(files(__name__) / 'sample.toml')\n"
    )
    info = tmp_path / "declared_sample-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: declared-sample\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[dashboard.integrations]\nsample = declared_sample:sample\n")
    monkeypatch.syspath_prepend(tmp_path)
    registry = Registry.from_entry_points(allow=["declared-sample"])

    assert "Sample" == registry.get("sample").name
    assert ("active", "declared-sample") == next(
        (entry.state, entry.distribution) for entry in registry.list() if entry.id == "sample"
    )
    assert "Sample" == load_integration(files("declared_sample") / "sample.toml").name


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    """Editors of another system write one."""
    file = tmp_path / "sample.toml"
    file.write_bytes(b"\xef\xbb\xbf" + definition_text().encode())

    assert "sample" == load_integration(file).id


def test_a_file_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    """As for any file."""
    with pytest.raises(FileNotFoundError):
        load_integration(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfe", "is not UTF-8 text (byte 0)"),
        (b"a = ", "is not TOML: Invalid value (at end of document)"),
        (b'[a]\nb = "c', "is not TOML"),
        (b"a = 1\na = 2\n", "is not TOML: Cannot overwrite a value (at line 2, column 6)"),
        (b"a = " + b"[" * 1_500, "is nested too deeply"),
        (b"a = " + b"{a=" * 600, "is nested too deeply"),
        (b"a = 1 # " + b"x" * 2_000, "line 1 is longer than 2,000 characters"),
        (b"a." * 20_000 + b"a = 1", "line 1 is longer than 2,000 characters"),
        (b"\n" + b"a." * 900 + b"a = 1", "line 2 has a key of more than 50 parts"),
        (b"[" + b"a." * 900 + b"a]", "line 1 has a key of more than 50 parts"),
        (b"a = " + b"9" * 1_990, "unknown field"),
        (b"\n" * 65_537, "is longer than 65,536 bytes"),
        (b"", "format: required"),
    ],
    ids=[
        *("not-utf-8", "cut", "no-quote", "twice", "deep-list", "deep-table", "long-line", "long-key"),
        *("deep-key", "deep-header"),
        *("large-number", "long", "empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes, told: str) -> None:
    """By its name, and for TOML the line; deep and long ones end soon."""
    file = tmp_path / "wrong.toml"
    file.write_bytes(content)
    with pytest.raises(DefinitionError) as caught:
        load_integration(file)

    assert (str(file), True) == (caught.value.source, str(caught.value).startswith(f"{file}: "))
    assert told in str(caught.value)


def test_numbers_without_end_are_no_crash() -> None:
    """Python refuses them with an error of its own."""
    with pytest.raises(DefinitionError, match=r"is longer than|is not TOML"):
        parse_integration("a = " + "9" * 5_000)


ENDPOINT = """
[[endpoints]]
id = "e{}"
request = {{ path = "/a" }}
view = {{ kind = "gauge", label = "a", value = "b" }}
"""


@pytest.mark.parametrize(("part", "count"), [(ENDPOINT, 51), ("[config.c{}]\n", 31)], ids=["endpoints", "fields"])
def test_there_is_an_end_to_everything(part: str, count: int) -> None:
    """More endpoints or fields than anybody needs are refused."""
    text = definition_text() + "".join(part.format(number) for number in range(count))
    with pytest.raises(DefinitionError, match="at most"):
        parse_integration(text)
