"""``serve``: its options; what it serves is tested with the host."""

from collections.abc import Callable

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.mark.parametrize("arguments", [("--port", "70000"), ("--token", " "), ("--log-level", "loud")])
def test_wrong_options_are_code_2(run: Run, arguments: tuple[str, ...]) -> None:
    """What cannot be right is refused before anything is made."""
    assert 2 == run("serve", *arguments).exit_code
