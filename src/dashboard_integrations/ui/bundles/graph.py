"""How modules hang together: which has to run before which, and where a name that travels is declared."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from dashboard_integrations.ui.bundles.modules import Module, Origin

__all__ = ["Graph"]


class Graph:
    """Modules by name; raise ``ValueError`` for what they ask of each other in vain."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._modules = {name: Module.of(name, code) for name, code in sources.items()}

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())

    def __getitem__(self, name: str) -> Module:
        if name not in self._modules:
            raise ValueError(f"there is no module {name}; there are {', '.join(self._modules)}")
        return self._modules[name]

    def below(self, name: str, above: tuple[str, ...] = ()) -> set[str]:
        """Return a module and all that it needs."""
        if name in above:
            raise ValueError(f"modules need each other in a circle: {' → '.join((*above, name))}")
        return {name}.union(*(self.below(needed, (*above, name)) for needed in self[name].needs))

    def in_order(self, names: Iterable[str]) -> list[Module]:
        """Return modules as they may run, each after what it needs.

        Of those that can be next the longest is: what long ones have in common is then near enough to be compressed.
        """
        left, order = {name: self[name] for name in sorted(names)}, list[Module]()
        while left:
            ready = [module for module in left.values() if left.keys().isdisjoint(module.needs)]
            order.append(max(ready, key=lambda module: len(module.syntax.tokens)))
            del left[order[-1].name]
        return order

    def exports(self, name: str, *, but_of: Collection[str] = ()) -> dict[str, Origin]:
        """Return what a module offers, and where each is declared; less all that it has of some."""
        module = self[name]
        sources = [source for source in module.all_of if source not in but_of]
        found = {public: origin for source in sources for public, origin in self.exports(source).items()}
        return found | {public: self.declared(origin) for public, origin in module.exports.items()}

    def declared(self, origin: Origin) -> Origin:
        """Return where something is declared that one module takes from another."""
        name, own = origin
        module = self[name]
        if own in module.outermost:
            return origin
        if own in module.imports:
            return self.declared(module.imports[own])
        exports = self.exports(name)
        if own not in exports:
            raise ValueError(f"{name} has no {own}")
        return exports[own]
