"""Settings of the reference dashboard."""

from pathlib import Path

import pytest

from dashboard_integrations.host.settings import HostSettings, default_data_folder


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {"HOME": "/home/a", "XDG_DATA_HOME": "/data"}, "/data/dashboard-integrations"),
        ("linux", {"HOME": "/home/a"}, "/home/a/.local/share/dashboard-integrations"),
        ("linux", {"HOME": "/home/a", "XDG_DATA_HOME": "relative"}, "/home/a/.local/share/dashboard-integrations"),
        ("darwin", {"HOME": "/Users/a"}, "/Users/a/Library/Application Support/dashboard-integrations"),
        ("win32", {"HOME": "/u", "LOCALAPPDATA": "/local"}, "/local/dashboard-integrations"),
    ],
)
def test_the_data_folder_is_where_the_platform_has_it(platform: str, environ: dict[str, str], expected: str) -> None:
    """Each platform has its place for a user's data."""
    assert Path(expected) == default_data_folder(environ, platform=platform)


def test_an_empty_token_is_refused() -> None:
    """An empty token would let everybody in who says nothing."""
    with pytest.raises(ValueError, match="token is empty"):
        HostSettings(data=Path("unused"), token=" ")


def test_the_token_stays_out_of_the_repr() -> None:
    """Settings can be logged."""
    assert "canary" not in repr(HostSettings(data=Path("unused"), token="canary-token"))
