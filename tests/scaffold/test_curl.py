"""Command lines of curl."""

import pytest

from dashboard_integrations.scaffold.curl import curl_command
from dashboard_integrations.scaffold.errors import ScaffoldError

CHROME = r"""curl 'http://nas.local:8080/api/v2/transfer/info?full=true' \
  -H 'Accept: application/json, text/plain, */*' \
  -H 'Accept-Language: en-GB,en;q=0.9' \
  -b 'SID=abc; theme=dark' \
  -H 'User-Agent: Mozilla/5.0 (X11; Linux x86_64)' \
  -H $'X-Note: it\'s \u00e9' \
  --data-raw $'{"a":"b\\nc"}' \
  --compressed \
  --insecure"""


def read(text: str, **environ: str):
    return curl_command(text, environ=environ)


def test_a_command_of_a_browser():
    """Lines that go on, quotes of both kinds, and escapes of bash."""
    command = read(CHROME)
    assert "http://nas.local:8080/api/v2/transfer/info?full=true" == command.url
    assert ("x-note", "it's é") in command.headers
    assert ["SID=abc; theme=dark"] == command.cookies
    assert ['{"a":"b\\nc"}'] == command.data
    assert {"compressed", "insecure"} <= command.flags


@pytest.mark.parametrize(
    "text",
    [
        "curl -sSL -XPOST -u me:pw -Hx-a:1 -d a=1 http://h/p",
        "curl --silent --request POST --user me:pw --header 'x-a: 1' --data a=1 --url http://h/p",
        "/usr/bin/curl http://h/p -u me:pw -H 'X-A: 1' -X POST --data-raw a=1 -o /dev/null",
        "curl  -X POST\\\n http://h/p -u 'me:pw' -H \"X-A: 1\" --data-ascii a=1",
    ],
)
def test_one_command_in_several_ways(text):
    """Short options in a row, values that stick to them, long names."""
    command = read(text)
    assert ("http://h/p", "POST", "me:pw", [("x-a", "1")], ["a=1"]) == (
        command.url,
        command.method,
        command.user,
        command.headers,
        command.data,
    )


def test_variables_come_from_the_environment():
    """As the shell would; one that is not set stays as it is."""
    command = read('curl -H "X-Key: $KEY" -H "X-B: ${B}" http://h/', KEY="k-1")
    assert [("x-key", "k-1"), ("x-b", "${B}")] == command.headers


def test_a_url_without_a_scheme_is_http():
    """As curl has it."""
    assert "http://localhost:8080/a" == read("curl localhost:8080/a").url


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("wget http://h/", "no curl command"),
        ("", "no curl command"),
        ("curl", "one URL is needed"),
        ("curl http://a/ http://b/", "this one has 2"),
        ("curl 'http://h/", "cannot be read"),
        ("curl http://h/ -H", "ends after -H"),
        ("curl http://h/ --user", "ends after --user"),
        ("curl -I http://h/", "--head"),
        ("curl -n http://h/", ".netrc"),
        ("curl -F file=@x http://h/", "multipart"),
        ("curl -T x http://h/", "uploads"),
        ("curl -d @body.json http://h/", "the file 'body.json'"),
        ("curl --unix-socket /run/x http://h/", "Unix sockets"),
    ],
)
def test_what_cannot_be_taken_over_is_told(text, told):
    """Each with what it is about."""
    with pytest.raises(ScaffoldError, match=told):
        read(text)
