"""Where an answer tells the version."""

import pytest

from dashboard_integrations.scaffold.version_place import version_in


@pytest.mark.parametrize(
    ("answer", "version"),
    [
        ({"version": "1.2"}, "1.2"),
        ({"erlang_version": "25", "newsroom_version": "3.10"}, "3.10"),
        ({"api_version": "v1", "info": {"version": "2.0"}}, "2.0"),
        ({"appVersion": "7"}, "7"),
        ({"version": "1.1", "result": {"Version": "21.0"}}, "21.0"),
        ({"version": "1.1", "result": []}, None),
        ({"version": 3}, None),
        ({"versions": ["1"]}, None),
        ([{"version": "1"}], None),
    ],
)
def test_the_version_of_the_service(answer, version):
    """Named only that, or as the service; never that of the protocol."""
    assert version == version_in(answer, "newsroom")
