"""Short names for what modules declare, so that they can share a scope."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import product

from dashboard_integrations.ui.bundles.graph import Graph
from dashboard_integrations.ui.bundles.modules import Module, Origin
from dashboard_integrations.ui.bundles.tokens import Kind

__all__ = ["Names"]

_WORDS = frozenset({"as", "do", "if", "in", "is", "of"})
_INNER = "(inner)"
_PRIVATE = "(private)"
_LETTERS = "etnairoslcdupmhgfbyvwkxjzqETSACLMNOIRDPFBHUWVGYKXJQZ_$"  # by how often other code has them


class Names:
    """The short names, the shortest for what is named most often.

    What stands outside of all brackets has a name that nothing else has. The first name that a unit declares inside of
    them shares its short name with the first of any other unit, and so on; private members do so by module.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._origins: dict[str, dict[int, Origin]] = {}
        foreign = set(_WORDS)
        for module in graph:
            self._origins[module.name] = found = dict(self._read(module))
            foreign |= {name for place, name in module.variables() if place not in found}
        counts = Counter(origin for found in self._origins.values() for origin in found.values())
        private, own = list[Origin](), list[Origin]()
        for origin, _ in counts.most_common():
            (private if origin[0] == _PRIVATE else own).append(origin)
        self._names = dict(zip(own, (name for name in _shortest() if name not in foreign), strict=False))
        self._names |= zip(private, (f"#{name}" for name in _shortest()), strict=False)

    def __getitem__(self, origin: Origin) -> str:
        return self._names[origin]

    def of(self, module: Module) -> Mapping[int, str]:
        """Return the short names by their places."""
        return {place: self._names[origin] for place, origin in self._origins[module.name].items()}

    def _read(self, module: Module) -> Iterator[tuple[int, Origin]]:
        """Yield what the names of a module stand for, but for those that are the browser's."""
        inner: dict[int, dict[str, str]] = defaultdict(dict)
        for place, name in module.variables():
            unit = module.syntax.units[place]
            if name in module.imports:
                yield place, self._graph.declared(module.imports[name])
            elif name in module.outermost:
                yield place, (module.name, name)
            elif (unit, name) in module.inner:
                yield place, (_INNER, inner[unit].setdefault(name, str(len(inner[unit]))))
        private: dict[str, str] = {}
        for place, token in enumerate(module.syntax.tokens):
            if token.kind is Kind.PRIVATE:
                yield place, (_PRIVATE, private.setdefault(token.text, str(len(private))))


def _shortest() -> Iterator[str]:
    for length in (1, 2, 3):
        yield from ("".join(found) for found in product(_LETTERS, repeat=length))
