"""The example themes can be read, in light and in dark, and set nothing but public tokens."""

import re
from importlib.resources import files

import pytest

UI = files("dashboard_integrations.ui")
THEMES = sorted(item.name for item in (UI / "themes").iterdir() if item.name.endswith(".css"))
TOKEN = re.compile(r"(--[\w-]+): ([^;]+);")
PAIR = re.compile(r"light-dark\((#\w{6}), (#\w{6})\)")
ON_SURFACES = ["text", "muted", "accent", "ok", "warning", "critical", "info", "unknown"]
TEXT_CONTRAST, MARK_CONTRAST = 4.5, 3.0


def tokens(theme: str) -> dict[str, str]:
    return dict(TOKEN.findall((UI / "themes" / theme).read_text("utf-8")))


def colours(theme: str, scheme: int) -> dict[str, str]:
    found = {name.removeprefix("--integration-"): PAIR.fullmatch(value) for name, value in tokens(theme).items()}
    return {name: match[scheme + 1] for name, match in found.items() if match}


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_sets_tokens_that_elements_read(theme):
    """A misspelt token would do nothing."""
    base = (UI / "elements" / "base.js").read_text("utf-8")
    read = set(re.findall(r"var\((--integration-[a-z-]+)[,)]", base))
    read |= {f"--integration-{name}" for name in re.findall(r'^  "?([a-z-]+)"?: "#', base, re.MULTILINE)}
    assert set(tokens(theme)) <= read


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_can_be_read(theme, scheme):
    """Text stands out from what it stands on, as WCAG AA asks."""
    found = colours(theme, scheme)
    weak = {
        f"{name} on {ground}": round(contrast(found[name], found[ground]), 2)
        for ground in ("surface", "raised")
        for name in ON_SURFACES
        if contrast(found[name], found[ground]) < TEXT_CONTRAST
    }
    if contrast(found["on-accent"], found["accent"]) < TEXT_CONTRAST:
        weak["on-accent on accent"] = contrast(found["on-accent"], found["accent"])
    assert {} == weak


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("theme", THEMES)
def test_bars_stand_out_from_their_track(theme, scheme):
    """As WCAG AA asks of graphics."""
    found = colours(theme, scheme)
    names = ("accent", "ok", "warning", "critical", "info")
    weak = {name: contrast(found[name], found["track"]) for name in names}
    assert {} == {name: value for name, value in weak.items() if value < MARK_CONTRAST}
