"""A stat card or a gauge, from the numbers of an answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dashboard_integrations.scaffold.first_view import FirstView, NothingToShowError
from dashboard_integrations.scaffold.measures import UNIT_WORDS
from dashboard_integrations.scaffold.places import Place, code_of, counts, places, scaled
from dashboard_integrations.scaffold.shapes import Path, Shape
from dashboard_integrations.scaffold.source import bracketed, call, literal
from dashboard_integrations.scaffold.words import WRAPPERS, label, tokens, unique
from dashboard_integrations.views import ViewKind

__all__ = ["gauge", "has_gauge", "stat_card"]

_MOST_STATS = 6
_MOST_OTHERS = 2
_USED = frozenset(["used", "current", "in_use", "inuse", "allocated", "occupied", "consumed", "busy"])
_FREE = frozenset(["free", "available", "avail", "remaining", "left", "idle"])
_WHOLE = frozenset(["total", "max", "maximum", "limit", "capacity", "quota", "all"])
_PERCENT = """def _percent(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole else None
"""
_VAGUE = _USED | _FREE | _WHOLE | {"active", "count", "rate", "size", "value"}
_LONGEST_TEXT = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stat:
    """One value with its label, the code for it, and what it is for the answer at hand."""

    label: str
    code: str
    unit: str | None
    shown: object
    used: Mapping[Path, str | None]
    note: str | None = None


def stat_card(value: object, shape: Shape) -> FirstView:
    """Return a card with the numbers of an answer, else with its texts, else with how many rows it has."""
    found = list(places(value, shape))
    chosen: list[_Stat] = []
    for place in _worth_showing(found):
        chosen.append(_stat(place, shape, taken=[stat.label for stat in chosen]))
    for path, number in [] if chosen else list(counts(value, shape))[:_MOST_STATS]:
        chosen.append(_count(path, number, shape, taken=[stat.label for stat in chosen]))
    if not chosen:
        raise NothingToShowError("the answer has no numbers, texts or lists for a stat card")
    stats = bracketed("stats=", [call("Stat", _arguments(stat), indent=4) for stat in chosen], indent=3, brackets="[]")
    expected = bracketed(
        "", [f"({literal(stat.label)}, {literal(stat.shown)})" for stat in chosen], indent=1, brackets="[]"
    )
    others = len([place for place in found if place.is_quantity]) - len(chosen)
    return FirstView(
        kind=ViewKind.STAT_CARD,
        name="overview",
        description="How things stand.",
        body=[f"return {bracketed('StatCard', [stats], indent=2)}"],
        used={path: kind for stat in chosen for path, kind in stat.used.items()},
        names=("Stat", "StatCard"),
        expected=[("[(stat.label, stat.value) for stat in view.stats]", expected)],
        notes=[
            *(stat.note for stat in chosen if stat.note),
            *(
                [f"{others} more numbers of the answer are not shown: its models are in answers.py"]
                if others > 0
                else []
            ),
        ],
    )


def has_gauge(value: object, shape: Shape) -> bool:
    """Return whether an answer is about one share of something more than about anything else."""
    found = [place for place in places(value, shape) if place.is_quantity]
    shares = list(_shares(found, shape))
    return len(shares) == 1 and len(found) - len(shares[0].used) <= _MOST_OTHERS


def gauge(value: object, shape: Shape) -> FirstView:
    """Return a gauge of the first share of an answer."""
    share = next(_shares([place for place in places(value, shape) if place.is_quantity], shape), None)
    if share is None:
        raise NothingToShowError("the answer has neither a percentage nor a used and a total for a gauge")
    arguments = [f"label={literal(share.label)}", f"value={share.code}", 'unit="%"']
    return FirstView(
        kind=ViewKind.GAUGE,
        name="usage",
        description="How much is in use." if "_percent" in share.code else f"{share.label}.",
        body=[f"return {call('Gauge', arguments, indent=2, lead=len('return '))}"],
        used=share.used,
        names=("Gauge",),
        expected=[("(view.label, view.value)", f"({literal(share.label)}, {literal(share.shown)})")],
        helpers=[_PERCENT] if "_percent" in share.code else [],
        notes=[share.note] if share.note else [],
    )


def _worth_showing(found: Sequence[Place]) -> Sequence[Place]:
    numbers = [place for place in found if place.is_quantity]
    texts = [place for place in found if isinstance(place.value, str) and 0 < len(place.value) <= _LONGEST_TEXT]
    by_depth = sorted(numbers or texts, key=lambda place: len(place.path))
    return by_depth[:_MOST_STATS]


def _stat(place: Place, shape: Shape, *, taken: Sequence[str]) -> _Stat:
    code, name = code_of(place.path, shape, "answer"), _label(place)
    is_vague = name in taken or bool(set(tokens(name)) & _VAGUE)
    if is_vague and (about := _about(place)):
        name = f"{label(about)} {name[:1].lower()}{name[1:]}"
    name = unique(name, taken, separator=" ")
    if not place.is_quantity:
        return _Stat(label=name, code=code, unit=None, shown=place.value, used={place.path: None})
    measure = place.measure
    return _Stat(
        label=name,
        code=scaled(code, measure.factor),
        unit=measure.unit,
        shown=_times(place, measure.factor),
        used={place.path: place.type},
        note=_unit_note(place),
    )


def _about(place: Place) -> str | None:
    """Return the word for what a value stands in, if it says anything."""
    words = [step for step in place.parent if isinstance(step, str) and step.lower() not in WRAPPERS]
    return words[-1] if words else None


def _label(place: Place) -> str:
    """Return what people call a value: its unit is told beside it."""
    words = tokens(place.key)
    says_unit = (
        place.is_quantity
        and len(words) > 1
        and words[-1] in UNIT_WORDS
        and "per" not in words
        and place.measure.unit is not None
    )
    return label(" ".join(words[:-1])) if says_unit else label(place.key)


def _count(path: Path, number: int, shape: Shape, *, taken: Sequence[str]) -> _Stat:
    word = next((step for step in reversed(path) if isinstance(step, str)), "entries")
    return _Stat(
        label=unique(label(word), taken, separator=" "),
        code=f"len({code_of(path, shape, 'answer')})",
        unit=None,
        shown=number,
        used={path: None} if path else {},
    )


def _arguments(stat: _Stat) -> list[str]:
    unit = [] if stat.unit is None else [f"unit={literal(stat.unit)}"]
    return [f"label={literal(stat.label)}", f"value={stat.code}", *unit]


def _shares(found: Sequence[Place], shape: Shape) -> Iterator[_Stat]:
    """Yield percentages, then pairs of a part and its whole in one object."""
    for place in found:
        if place.measure.unit == "%":
            yield _stat(place, shape, taken=())
    by_parent: dict[Path, list[Place]] = {}
    for place in found:
        by_parent.setdefault(place.parent, []).append(place)
    for siblings in by_parent.values():
        yield from _pairs(siblings, shape)


def _pairs(siblings: Sequence[Place], shape: Shape) -> Iterator[_Stat]:
    for whole in siblings:
        rest = _without(whole, _WHOLE)
        parts = [
            place for place in siblings if rest is not None and rest in {_without(place, _USED), _without(place, _FREE)}
        ]
        if not parts or whole.number < 0 or any(place.number > whole.number for place in parts):
            continue
        part = next((place for place in parts if _without(place, _USED) is not None), parts[0])
        is_free = _without(part, _USED) is None
        codes = [code_of(place.path, shape, "answer") for place in (part, whole)]
        of_whole = f"{codes[1]} - {codes[0]}" if is_free else codes[0]
        amount = whole.number - part.number if is_free else part.number
        word = rest or _about(part) or "in use"
        yield _Stat(
            label=label(word if isinstance(word, str) else " ".join(word)),
            code=f"_percent({of_whole}, {codes[1]})",
            unit="%",
            shown=100 * amount / whole.number if whole.number else None,
            used={place.path: place.type for place in (part, whole)},
            note=f"{_where(part)} is taken for {'what is left' if is_free else 'a part'} of {whole.key}",
        )


def _without(place: Place, words: frozenset[str]) -> tuple[str, ...] | None:
    """Return the words of a name but those that make it a part or a whole; ``None`` when it has none of these."""
    found = tokens(place.key)
    rest = tuple(word for word in found if word not in words)
    return rest if len(rest) < len(found) else None


def _unit_note(place: Place) -> str | None:
    measure = place.measure
    if measure.is_sure or measure.unit is None:
        return None
    return f"{_where(place)} is taken for a value in {measure.unit}" + (
        "" if measure.factor == 1 else f", times {measure.factor:g}"
    )


def _where(place: Place) -> str:
    return ".".join(map(str, place.path))


def _times(place: Place, factor: float) -> float:
    value = float(place.number) if place.type == "float" else place.number
    if factor == 1:
        return value
    return value / round(1 / factor) if factor < 1 else round(factor) * value
