"""Modules joined: one file for each entry, so that a page asks once, and what repeats is compressed once.

Comments, line breaks and long names are for readers of the source, and left out. What the modules say to pages stays as
it is written: the names that entries export, properties, texts. All this takes modules as they are formatted here:
every statement ends in a semicolon, and what is imported and exported is named.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from dashboard_integrations.ui.bundles.graph import Graph
from dashboard_integrations.ui.bundles.modules import Module, Origin
from dashboard_integrations.ui.bundles.names import Names
from dashboard_integrations.ui.bundles.shorter import merged
from dashboard_integrations.ui.bundles.tokens import write_tokens

__all__ = ["bundle"]


def bundle(sources: Mapping[str, str], entries: Sequence[str]) -> dict[str, str]:
    """Return a module for each entry: what it needs and those before it have not, which it imports.

    Raise ``ValueError`` for code that is written in a way that cannot be joined.
    """
    bundles = _Bundles(Graph(sources), entries)
    return {entry: "".join(bundles.code(entry)) for entry in entries}


class _Bundles:
    def __init__(self, graph: Graph, entries: Sequence[str]) -> None:
        self._names = Names(graph)
        self._modules: dict[str, list[Module]] = {}
        self._homes: dict[str, str] = {}
        for entry in entries:
            self._modules[entry] = graph.in_order(graph.below(entry) - self._homes.keys())
            self._homes |= {module.name: entry for module in self._modules[entry]}
        self._whole = {entry: [name for name in graph[entry].all_of if name in entries] for entry in entries}
        self._public = {entry: graph.exports(entry, but_of=self._whole[entry]) for entry in entries}
        self._taken = {entry: set(self._takes(entry, graph)) for entry in entries}

    def code(self, entry: str) -> Iterator[str]:
        """Yield the pieces of an entry's bundle."""
        for home in self._whole[entry]:
            yield f'export*from"./{home}";'
        for home in self._modules:
            taken = [origin for origin in self._taken[entry] if self._homes[origin[0]] == home]
            if taken:
                yield f'import{_list((self._offered(origin), self._names[origin]) for origin in taken)}from"./{home}";'
        for module in self._modules[entry]:
            yield write_tokens(merged(module.renamed(self._names.of(module))))
        public = self._public[entry]
        asked = {origin for taken in self._taken.values() for origin in taken if self._homes[origin[0]] == entry}
        offered = [(self._names[origin], self._names[origin]) for origin in asked - set(public.values())]
        offered += [(self._names[origin], name) for name, origin in public.items()]
        yield f"export{_list(offered)};" if offered else ""

    def _takes(self, entry: str, graph: Graph) -> Iterator[Origin]:
        """Yield what the modules of an entry take from other entries."""
        imports = (origin for module in self._modules[entry] for origin in module.imports.values())
        for origin in (*map(graph.declared, imports), *self._public[entry].values()):
            if self._homes[origin[0]] != entry:
                yield origin

    def _offered(self, origin: Origin) -> str:
        """Return the name under which another entry may take it."""
        public = self._public[self._homes[origin[0]]]
        return next((name for name, other in public.items() if other == origin), self._names[origin])


def _list(names: Iterable[tuple[str, str]]) -> str:
    found = sorted(own if own == other else f"{own} as {other}" for own, other in names)
    return f"{{{','.join(found)}}}"
