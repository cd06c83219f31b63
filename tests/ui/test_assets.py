"""The files that browsers load: whole, named by their content, the same in every process."""

import gzip
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from dashboard_integrations.ui import (
    CONTENT_SECURITY_POLICY,
    ENTRIES,
    UI_PATH,
    Asset,
    Assets,
    elements_path,
    packaged_assets,
    theme_path,
)

FOLDER = files("dashboard_integrations.ui")


def folder(path: Path, **named: str) -> Path:
    for name, text in named.items():
        (path / name.replace("_", ".")).write_text(text)
    return path


def made(path: Path, **named: str) -> Assets:
    names = tuple(name.replace("_", ".") for name in named if name.endswith("_js"))
    return Assets([folder(path, **named)], entries=names)


def test_every_file_a_browser_loads_is_there():
    """The joined modules and the themes; no module of their making, and not the types, which are for editors."""
    themes = {item.name for item in (FOLDER / "themes").iterdir() if item.name.endswith(".css")}
    assert {*ENTRIES, *themes} == set(packaged_assets().files)


def test_compressed_it_is_the_same():
    """Who asks for it shorter gets every byte."""
    for asset in packaged_assets().files.values():
        assert asset.body == gzip.decompress(asset.encoded["gzip"])


@pytest.mark.parametrize(("coding", "budget"), [("br", 25_000), ("gzip", 28_000)])
def test_what_the_elements_weigh(coding, budget):
    """All of them together, as a browser receives them."""
    assert sum(len(packaged_assets().files[name].encoded[coding]) for name in ENTRIES) <= budget


def test_who_is_asked_twice_compresses_the_same():
    """Nothing of the time is in what is sent."""
    assert Asset.of("a.js", b"a" * 99) == Asset.of("a.js", b"a" * 99)


def test_other_encoders_may_be_given(tmp_path):
    """By the name that HTTP has for them."""
    folder(tmp_path, a_js="a();")
    assets = Assets([tmp_path], entries=["a.js"], encoders={"reverse": lambda body: body[::-1]})
    assert {"reverse": b";)(a"} == assets.files["a.js"].encoded


def test_they_are_read_once(tmp_path):
    """Whether that has happened can be asked."""
    assets = made(tmp_path, a_js="a();")
    assert not assets.are_read
    assert assets.files
    assert assets.are_read


def test_a_theme_is_sent_without_its_comments(tmp_path):
    """The rest of it stays as it is."""
    sheet = made(tmp_path, a_css="/* What\n for. */\n:root {\n  color: red; /* why */\n}\n").files["a.css"]
    assert b":root {\n  color: red; }\n" == sheet.body


@pytest.mark.parametrize(
    ("name", "content_type"), [("a.js", "text/javascript; charset=utf-8"), ("a.css", "text/css; charset=utf-8")]
)
def test_content_types(name, content_type):
    """Each kind of file has its own."""
    assert content_type == Asset.of(name, b"").content_type


def test_a_file_that_no_browser_loads_is_refused():
    """There is no content type to guess."""
    with pytest.raises(KeyError):
        Asset.of("types.d.ts", b"")


def test_the_version_follows_names_and_bytes(tmp_path):
    """What a browser keeps for ever may change in nothing."""
    versions = set()
    for step in ({"a_js": "a(1);"}, {"a_js": "a(2);"}, {"b_js": ""}, {"c_css": ""}):
        versions.add(made(tmp_path, **step).version)
    assert 4 == len(versions)
    assert all(len(version) == 12 and int(version, 16) >= 0 for version in versions)


def test_the_version_does_not_follow_what_is_not_served(tmp_path):
    """Types and other files change nothing for a browser."""
    before = made(tmp_path, a_css="1").version
    assert before == made(tmp_path, notes_txt="1", types_ts="2").version


def test_files_are_read_when_asked_for(tmp_path):
    """Making the object touches no disk."""
    assets = Assets([tmp_path / "later"], entries=["a.js"])
    (tmp_path / "later").mkdir()
    folder(tmp_path / "later", a_js="")
    assert ["a.js"] == list(assets.files)


def test_importing_reads_nothing():
    """Nor does importing the package."""
    code = "from dashboard_integrations.ui import packaged_assets; print('files' in vars(packaged_assets()))"
    assert "False\n" == subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_paths_for_templates():
    """Below the routes, with the version in them, and below what they are mounted under."""
    version = packaged_assets().version
    assert (
        f"{UI_PATH}/{version}/elements.js",
        f"/sub{UI_PATH}/{version}/elements.js",
        f"/x{UI_PATH}/{version}/paper.css",
    ) == (
        elements_path(),
        elements_path("/sub"),
        theme_path("paper", prefix="/x"),
    )


def test_an_unknown_theme_is_told():
    """With what there is."""
    with pytest.raises(LookupError, match=r"no asset 'papper\.css'; there are .*paper\.css"):
        theme_path("papper")


def test_the_policy_allows_nothing_but_the_page_s_own_files():
    """No inline code, no other site."""
    assert {"default-src 'none'"} | {f"{kind}-src 'self'" for kind in ("script", "style", "img", "connect")} == set(
        CONTENT_SECURITY_POLICY.split("; ")
    )
