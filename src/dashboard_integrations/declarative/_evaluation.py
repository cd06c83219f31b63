"""Evaluation within a budget: however an expression is nested, and whatever it is asked of, it ends soon.

Each step of the interpreter costs one, and what a step does to all of a list or a text costs as much as that is long,
before it is done. Memory is bounded by the same count.
"""

from collections.abc import Callable, Sequence
from typing import Any, cast

from dashboard_integrations.declarative._expression import Expression, Node
from dashboard_integrations.declarative._jmespath import Functions, JMESPathError, Options, TreeInterpreter

__all__ = ["BUDGET", "Evaluator", "FailedEvaluationError"]

BUDGET = 1_000_000
"""What all selectors of one call may cost together: about a second of one processor."""

_CHARACTERS_PER_STEP = 16
_HOLDS = frozenset({"sort", "sort_by", "to_string"})
_HOLDING = 5
"""What these cost more than looking at each item: they hold every thread while they last."""

_LOOKS_DEEP = frozenset({"contains", "join", "max", "min", "sort", "to_string"})


class FailedEvaluationError(Exception):
    """The expression cannot be evaluated; the message says why, without a value of the document."""


class Evaluator:
    """Evaluates expressions over documents until ``budget`` is used up."""

    def __init__(self, budget: int = BUDGET) -> None:
        self._meter = _Meter(budget)
        self._interpreter = _Interpreter(self._meter)

    def evaluate(self, expression: Expression, document: object) -> object:
        """Return what the expression selects of ``document``; raise ``FailedEvaluationError``."""
        try:
            selected: object = self._interpreter.visit(cast("Any", expression.tree), document)
        except _OverBudgetError:
            raise FailedEvaluationError("takes too long over an answer of this size: select less") from None
        except RecursionError:
            raise FailedEvaluationError("reaches too deep") from None
        except JMESPathError as error:
            raise FailedEvaluationError(_told(error)) from None
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError):
            raise FailedEvaluationError("does something to a value that cannot be done to it") from None
        return selected


class _OverBudgetError(Exception):
    pass


class _Meter:
    __slots__ = ("_left",)

    def __init__(self, budget: int) -> None:
        self._left = budget

    def charge(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise _OverBudgetError

    def charge_size(self, value: object, *, times: int = 1) -> None:
        """Charge for looking at each item of ``value``, or at each of its characters."""
        if isinstance(value, str):
            self.charge(times * (1 + len(value) // _CHARACTERS_PER_STEP))
        elif isinstance(value, list | dict):
            self.charge(times * (1 + len(value)))

    def charge_whole(self, value: object, *, times: int = 1) -> None:
        """Charge for all that is in ``value``, as often as it is in it."""
        waiting = [value]
        while waiting:
            item = waiting.pop()
            self.charge_size(item, times=times)
            if isinstance(item, dict):
                self.charge(times * sum(len(key) // _CHARACTERS_PER_STEP for key in item))
                waiting.extend(item.values())
            elif isinstance(item, list):
                waiting.extend(item)


class _Interpreter(TreeInterpreter):
    """Walks the tree as jmespath does, and pays for it."""

    def __init__(self, meter: _Meter) -> None:
        super().__init__(Options(custom_functions=_Functions(meter)))
        self._meter = meter

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:  # Any: as jmespath declares it
        self._meter.charge(1)
        return super().visit(node, *args, **kwargs)

    def visit_flatten(self, node: Any, value: Any) -> list[object] | None:
        base = self.visit(node["children"][0], value)
        if not isinstance(base, list):
            return None
        self._meter.charge(sum(len(item) if isinstance(item, list) else 1 for item in base))
        return [part for item in base for part in (item if isinstance(item, list) else (item,))]

    def visit_slice(self, node: Any, value: Any) -> Any:
        self._meter.charge_size(value)
        return super().visit_slice(node, value)

    def visit_comparator(self, node: Any, value: Any) -> Any:
        left, right = (self.visit(child, value) for child in node["children"])
        for side in (left, right):
            self._meter.charge_whole(side)
        constants: Node = {**node, "children": [_constant(left), _constant(right)]}
        return super().visit_comparator(cast("Any", constants), value)


def _constant(value: object) -> Node:
    return {"type": "literal", "value": value, "children": []}


class _Functions(Functions):
    def __init__(self, meter: _Meter) -> None:
        self._meter = meter

    def call_function(self, function_name: str, resolved_args: Any) -> Any:
        charge = self._meter.charge_whole if function_name in _LOOKS_DEEP else self._meter.charge_size
        times = _HOLDING if function_name in _HOLDS else 1
        for argument in resolved_args:
            charge(argument, times=times)
        return super().call_function(function_name, resolved_args)

    def _create_key_func(
        self, expref: Any, allowed_types: Sequence[str], function_name: str
    ) -> Callable[[object], object]:
        # jmespath asks for this once per call of sort_by, min_by and max_by; a sort compares keys, and keys may be long
        made: Callable[[object], object] = super()._create_key_func(  # type: ignore[misc]  # its stubs leave it out
            expref, allowed_types, function_name
        )

        def key(item: object) -> object:
            found = made(item)
            self._meter.charge_size(found)
            return found

        return key


def _told(error: JMESPathError) -> str:
    function, actual = getattr(error, "function_name", None), getattr(error, "actual_type", None)
    if function is None or actual is None:
        return "cannot be evaluated"
    expected = " or ".join(str(kind) for kind in getattr(error, "expected_types", ()))
    return f"gives {function}() a value of type {actual}, and it takes {expected}"
