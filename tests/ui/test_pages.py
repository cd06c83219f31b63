"""Pages of the tests themselves: what breaks a promise is seen."""

import pytest


def test_elements_load_under_the_documented_policy(page_of):
    """Nothing but the line that loads them."""
    page = page_of("<integration-gauge></integration-gauge>")
    page.wait_for_function("() => customElements.get('integration-gauge') !== undefined")


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        ("() => console.error('wrong')", "console: wrong"),
        ("() => { setTimeout(() => { throw new Error('late'); }); }", "uncaught: late"),
        ("() => alert('boo')", "dialog: boo"),
        ("() => { document.body.innerHTML = '<img src=x onerror=alert(1)>'; }", "policy violated: script-src-attr"),
        (
            "() => { document.body.insertAdjacentHTML('beforeend', '<b style=color:red>'); }",
            "policy violated: style-src",
        ),
        ("() => fetch('https://example.org/').catch(() => 0)", "policy violated: connect-src"),
        ("() => fetch('/api/integrations/ui/x/base.js')", "console: Failed to load resource"),
    ],
)
def test_harm_is_seen(page_of, watched, harm, problem):
    """Errors, dialogs, and whatever the policy forbids."""
    page = page_of("<p>Hello</p>")
    page.evaluate(harm)
    for _ in range(500):
        if any(problem in seen for seen in watched.problems):
            break
        page.wait_for_timeout(20)
    else:
        pytest.fail(f"{problem} was not seen, only {watched.problems}")
    page.context.close()  # nothing more is heard of it
    watched.problems.clear()


def test_an_error_as_an_answer_is_no_harm(page_of):
    """Routes answer with them all the time."""
    assert 404 == page_of("").evaluate("async () => (await fetch('/api/integrations/nobody/data/x')).status")
