"""Everything but a clear yes of the host is a no."""

import pytest

from dashboard_integrations.web import Access, Action, Request
from dashboard_integrations.web.authorize import decide

REQUEST = Request(method="GET", path="/api/integrations")

YES, NO = Access.ALLOW, Access.FORBIDDEN


def later(answer):
    async def authorize(request, action):
        return answer

    return authorize


@pytest.mark.parametrize(
    ("answer", "access"),
    [
        (True, YES),
        (False, NO),
        (Access.ALLOW, YES),
        (Access.FORBIDDEN, NO),
        (Access.UNAUTHENTICATED, Access.UNAUTHENTICATED),
        (None, NO),
        (1, NO),
        ("yes", NO),
        (object(), NO),
    ],
)
async def test_answers(answer, access):
    """A plain and an async function answer alike; what is neither bool nor Access forbids."""
    assert (access, access) == (
        await decide(lambda request, action: answer, REQUEST, Action.READ),
        await decide(later(answer), REQUEST, Action.READ),
    )


async def test_receives_the_request_and_the_action():
    """The host sees the neutral request and what it wants to do."""
    seen = []
    await decide(lambda request, action: bool(seen.append((request, action))), REQUEST, Action.MANAGE)
    assert seen == [(REQUEST, Action.MANAGE)]


async def test_an_exception_forbids_and_its_message_is_not_logged(caplog):
    """A failing authorize is a no; the log names the type and not the message, which may hold a credential."""

    def authorize(request, action):
        raise LookupError(request.headers["cookie"])

    request = Request(method="GET", path="/api/integrations", headers={"cookie": "session=s3cret"})
    assert await decide(authorize, request, Action.READ) is NO
    assert "LookupError" in caplog.text
    assert "s3cret" not in caplog.text


async def test_an_unusable_answer_is_logged(caplog):
    """A host that returns a user instead of a decision finds that in its log."""
    await decide(lambda request, action: {"user": "ada"}, REQUEST, Action.READ)
    assert [record.getMessage() for record in caplog.records] == ["authorize-answer-unusable"]
