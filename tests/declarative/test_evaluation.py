"""Evaluation within a budget: counted in steps, so that no clock decides."""

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard_integrations.declarative._evaluation import BUDGET, Evaluator, FailedEvaluationError
from dashboard_integrations.declarative._expression import Expression

ROWS = [{"id": number, "state": "up", "n": {"x": number}} for number in range(20_000)]
LONG = {"a": "x" * 500_000, "b": "x" * 500_000}
DOUBLED = "|[@,@][]"

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "a", "b"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3),
    max_leaves=12,
)
EXPRESSIONS = [
    "a", "a.b", "*", "[*].a", "[]", "[][]", "[?a==b]", "[?a!=`1`].b", "[?a<b]", "a[0]", "a[-1:]", "[::2]", "a || b",
    "a && b", "!a", "{x: a, y: b}", "[a, b] | [0]", "length(@)", "sort_by(@, &a)", "max_by(@, &a)", "to_string(@)",
    "to_number(a)", "contains(@, 'a')", "keys(@)", "values(@)", "join('', @)", "merge(a, b)", "not_null(a, b)",
    "reverse(@)", "map(&a, @)", "sum(@)", "type(a)", "sort(@)", "avg(@)", "ceil(a)", "starts_with(a, b)",
]  # fmt: skip


def evaluate(text: str, document: object, *, budget: int = BUDGET) -> object:
    return Evaluator(budget).evaluate(Expression.compile(text), document)


@given(st.sampled_from(EXPRESSIONS), JSON)
def test_what_is_selected_is_what_jmespath_selects(text: str, document: object) -> None:
    """The budget changes nothing; what jmespath lets escape fails in our words."""
    try:
        expected = jmespath.search(text, document)
    except Exception:  # noqa: BLE001  (whatever it is)
        with pytest.raises(FailedEvaluationError):
            evaluate(text, document)
        return

    assert expected == evaluate(text, document)


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("[?length(to_string(@)) > `1`] | [?state == 'up'] | [?n.x > `1`] | [?id > `2`] | [?id > `3`]", ROWS * 10),
        ("[*].[@,@,@,@,@,@,@,@,@,@,@,@]" + DOUBLED * 3, ROWS * 5),
        ("@" + DOUBLED * 18, ROWS),
        ("[@,@]" + "|[@,@]" * 18 + "|to_string(@)", ROWS),
        ("[@,@]" + "|[@,@]" * 18 + "|contains(@, @)", ROWS),
        ("{a: [@,@]" + "|[@,@]" * 15 + ", b: [@,@]" + "|[@,@]" * 15 + "} | a == b", ROWS),
        ("join('', [@,@])" + "|join('', [@,@])" * 18, "x" * 100_000),
        ("[a,b]" + DOUBLED * 16 + "|sort_by(@, &@)", LONG),
        ("[a,b]" + DOUBLED * 16 + "|max_by(@, &@)", LONG),
        ("[a,b]" + DOUBLED * 16 + "|min_by(@, &@)", LONG),
        ("[a,b]" + DOUBLED * 16 + "|sort(@)", LONG),
        ("[a,b]" + DOUBLED * 16 + "|max(@)", LONG),
        ("[a,b]" + DOUBLED * 16 + "|[?@ == 'x']", LONG),
        ("[a,b]" + DOUBLED * 16 + "|[?starts_with(@, 'x')]", LONG),
        ("a" + "|reverse(@)" * 36, LONG),
        ("[*]" + "|[*]" * 35, ROWS * 5),
        ("a" + "|[::1]" * 30, {"a": ROWS * 100}),
        ("sort(@)", list(range(65_000))),
    ],
)
def test_hostile_expressions_end(text: str, document: object) -> None:
    """Doubling, nesting, comparing long texts: each is stopped by what it costs, and not by a clock."""
    with pytest.raises(FailedEvaluationError, match="takes too long"):
        evaluate(text, document, budget=300_000)


def test_a_usual_selector_costs_little() -> None:
    """A filter over twenty thousand rows is far from the budget."""
    assert [{"id": 19_999}] == evaluate("[?state == 'up' && id > `19998`].{id: id}", ROWS, budget=BUDGET // 2)


def test_the_budget_is_for_all_selectors_together() -> None:
    """Many cheap ones are as much as an expensive one."""
    evaluator, expression = Evaluator(1_000), Expression.compile("[0:10].id")

    def evaluate_often(times: int) -> None:
        for _ in range(times):
            evaluator.evaluate(expression, ROWS[:10])

    evaluate_often(10)
    with pytest.raises(FailedEvaluationError, match="takes too long"):
        evaluate_often(100)


@pytest.mark.parametrize(
    ("text", "document", "told"),
    [
        ("sum(a)", {"a": ["x"]}, "gives sum() a value of type"),
        ("length(a)", {}, "gives length() a value of type null, and it takes string or array or object"),
        ("a < b", {"a": "x", "b": 1}, "cannot be done"),
        ("ceil(a)", {"a": float("inf")}, "cannot be done"),
        ("sort_by(@, &a)", [{"a": 1}, {"a": "x"}], "gives sort_by() a value of type"),
    ],
)
def test_failures_are_told_without_values(text: str, document: object, told: str) -> None:
    """What a service sent is not repeated."""
    with pytest.raises(FailedEvaluationError) as caught:
        evaluate(text, document)

    assert told in str(caught.value)


def test_nested_data_is_no_stack_overflow() -> None:
    """As deep as JSON may be."""
    document: object = 1
    for _ in range(5_000):
        document = [document]

    with pytest.raises(FailedEvaluationError):
        evaluate("to_string(@)", document)
