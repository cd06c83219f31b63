"""Modules joined and shortened: the same program in fewer bytes."""

import re
import shutil
import subprocess
from pathlib import Path

import playwright
import pytest

from dashboard_integrations import ui
from dashboard_integrations.ui import ENTRIES
from dashboard_integrations.ui.bundles import bundle
from dashboard_integrations.ui.bundles.modules import Module
from dashboard_integrations.ui.bundles.tokens import Kind, read_tokens, write_tokens

ELEMENTS = Path(ui.__file__).parent / "elements"
SOURCES = {path.name: path.read_text("utf-8") for path in sorted(ELEMENTS.glob("*.js"))}
KEYWORDS = """
    async await break case catch class const continue default delete do else export extends false finally for function
    if import in instanceof let new null of return static super switch this throw true try typeof void while
"""
GLOBALS = """
    AbortController Array Boolean CSSStyleSheet Date Event HTMLElement Infinity Intl JSON Map Math Number Object
    OffscreenCanvas Promise RegExp ResizeObserver Set String URL WeakMap clearTimeout console customElements document
    encodeURIComponent getComputedStyle globalThis localStorage matchMedia parseFloat performance queueMicrotask
    reportError setTimeout undefined window
"""
FOREIGN = {*KEYWORDS.split(), *GLOBALS.split()}
NODE = shutil.which("node", path=Path(playwright.__file__).with_name("driver")) or "node"
TRICKY = r"""
import { join, join as glue, counter } from "./other.js";
/** A comment with `a template` and "a string". */
const half = 0.5, text = "// no comment";
let [first, , { deep = first, ...others } = {}] = [10_000, 2, { x: 1, y: 2 }];
const name = (text) => ({ text, name: text, "quoted": text, [`a${text}`]: 1, short(text) { return { text }; } });
class Shape {
  static text = "static";
  static #count = 0;
  #name = "shape";
  text = this.#name;
  get name() { return this.#name; }
  set name(name) { this.#name = name; }
  async text2({ name = "default", text: renamed = half } = {}, ...rest) {
    Shape.#count++;
    return [name, renamed, rest];
  }
  static get count() { return Shape.#count; }
  if(x) { return x; }
}
function* noNames() { yield* [1, 2]; }
const regexps = [/[/"`]/g.test('a/b'), 4 / 2 / 1, "a-b".split(/-/), (first) / 2];
const nested = `a${`b${{ a: "}" }.a}${[1].map((x) => `${x}`)}`}c` + `plain $ {x}`;
const choose = (value) => (value ? half : value === null ? .25 : - -1);
let caught = "";
try { throw new Error("e"); } catch ({ message: text }) { caught = text; }
const kinds = [];
for (const [key, value] of Object.entries({ a: 1, b: 2 })) {
  switch (key) {
    case "a": { const text = value; kinds.push(text); break; }
    default: kinds.push({ key, value }.value);
  }
}
const later = async (x) => { const { y = x + + 1, ...z } = await x; return { y, z }; };
const typed = typeof text + (void 0 ?? "!") + (1 in [1, 2]);
const shape = new Shape();
shape.name = "other";
export const result = JSON.stringify([
  half, text, first, deep, others, name("n"), name("n").short("s"), Shape.text, shape.name, shape.text, shape.if(1),
  await shape.text2(), await shape.text2({ name: 1 }, 2), Shape.count, [...noNames()], regexps, nested, choose(1),
  choose(null), choose(0), caught, kinds, await later({}), typed, join("a", "b"), glue("c"), counter, document?.title,
]);
"""
OTHER = """
export * from "./more.js";
export { made as counter };
const text = "another";
let made = text.length;
export function join(...words) {
  const text = words.join("+");
  return text;
}
"""
MORE = "const text = 'more';\nexport const more = { text };\n"


def run(folder, entry):
    """Return what a module exports as `result`, by Node."""
    show = f"globalThis.document = {{ title: 't' }}; console.log((await import('./{entry}')).result)"
    command = [NODE, "--input-type=module", "--eval", show]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=60).stdout


def written(folder, files):
    folder.mkdir()
    (folder / "package.json").write_text('{"type": "module"}')
    for name, code in files.items():
        (folder / name).write_text(code)
    return folder


@pytest.mark.parametrize("entries", [["main.js"], ["other.js", "main.js"]])
def test_a_bundle_does_what_its_modules_do(tmp_path, entries):
    """Whatever is written, in one bundle or divided."""
    sources = {"main.js": TRICKY, "other.js": OTHER, "more.js": MORE}
    before = run(written(tmp_path / "before", sources), "main.js")
    made = bundle(sources, entries)
    assert entries == list(made)
    assert before == run(written(tmp_path / "after", made), "main.js")
    assert '"half"' not in before
    assert "half" not in made["main.js"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("const one = 1;\nexport { one };", "let e=1;export{e as one};"),
        ("export const a = 0.5, b = 1_000;", "let e=.5,t=1000;export{e as a,t as b};"),
        ("export class One {}", "class e{}export{e as One};"),
        ("export async function go(x) { await x; }", "async function t(e){await e}export{t as go};"),
        ("document.title = `a  ${ name }`;", "document.title=`a  ${name}`;"),
        ("const f = ({ a, b: c, d = 1 }) => ({ a, c, e: d });", "let a=({a:e,b:t,d:n=1})=>({a:e,c:t,e:n});"),
        ("const css = 1; css`a  b { c : d; }\n  e > f {}`;", "let e=1;e`a b{c :d}e>f{}`;"),
        ("let a = 1; a = a + +a - -a;", "let e=1;e=e+ +e- -e;"),
        ("class A { #x = 1; x = this.#x; }", "class e{#e=1;x=this.#e}"),
        ("let a; const b = 1; a = b; { let c; let d; }", "let e,t=1;e=t;{let n,a}"),
        ("const a = b.const ?? b?.const;", "let e=b.const??b?.const;"),
        ("for (let i = 0; i < 1; i++) { let j = i; }", "for(let e=0;e<1;e++){let t=e}"),
        ("// import { x } from './y.js';", ""),
    ],
)
def test_what_is_written(source, expected):
    """Names of its own are short, space is only where it has to be; what pages see is as it was."""
    assert {"m.js": expected} == bundle({"m.js": source}, ["m.js"])


def test_bundles_import_each_other():
    """What one has, the next takes from it: by its public name if it has one."""
    sources = {
        "a.js": 'import { inner } from "./inner.js";\nexport const shown = inner();',
        "b.js": 'import { inner } from "./inner.js";\nimport { shown } from "./a.js";\nexport { shown };\ninner();',
        "inner.js": "export const inner = () => 1;",
    }
    assert {
        "a.js": "let e=()=>1;let t=e();export{e,t as shown};",
        "b.js": 'import{e,shown as t}from"./a.js";e();export{t as shown};',
    } == bundle(sources, ["a.js", "b.js"])


def test_a_bundle_may_be_another_one_s_second_name():
    """What it has nothing to add to, it passes on."""
    sources = {"a.js": "export const one = 1;", "b.js": 'export * from "./a.js";'}
    assert 'export*from"./a.js";' == bundle(sources, ["a.js", "b.js"])["b.js"]


def test_long_modules_stand_together():
    """As far as they need nothing of what comes after them."""
    sources = {
        "m.js": 'import { b } from "./b.js";\nimport { c } from "./c.js";\nimport { d } from "./d.js";',
        "b.js": "export const b = [1];",
        "c.js": 'import { d } from "./d.js";\nexport const c = [2, 2, 2, d];',
        "d.js": "export const d = [3, 3];",
    }
    assert "let e=[3,3];let n=[2,2,2,e];let t=[1];" == bundle(sources, ["m.js"])["m.js"]


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ({"m.js": 'import x from "./y.js";'}, "m.js has an import without a list of names in braces"),
        ({"m.js": 'import "./y.js";'}, "m.js has an import without a list of names in braces"),
        ({"m.js": "export default 1;"}, "m.js has an export without a list of names in braces"),
        ({"m.js": 'import { x } from "./y.js";'}, "there is no module y.js; there are m.js"),
        ({"m.js": 'import { x } from "./y.js"; x();', "y.js": "export const z = 1;"}, "y.js has no x"),
        (
            {"m.js": 'import { x } from "./y.js";', "y.js": 'import { z } from "./m.js";'},
            "modules need each other in a circle: m.js → y.js → m.js",
        ),
        ({"m.js": "const a = 1;\nconst b = 'it"}, r"no token begins in line 2 with"),
    ],
)
def test_what_cannot_be_joined_is_told(sources, message):
    """With the module and the reason."""
    with pytest.raises(ValueError, match=re.escape(message)):
        bundle(sources, ["m.js"])


@pytest.mark.parametrize("name", SOURCES)
def test_every_module_is_read_without_a_loss(name):
    """The tokens, written and read again, are the same ones but for separators that nobody needs."""

    def needed(tokens):
        return [token.text for token in tokens if token.text not in {";", ","}]

    tokens = read_tokens(SOURCES[name])
    assert needed(tokens) == needed(read_tokens(write_tokens(tokens)))


@pytest.mark.parametrize("name", SOURCES)
def test_no_module_uses_what_bundles_do_not_know(name):
    """No generator, label, single quote or default export; each statement ends."""
    code = SOURCES[name]
    assert (
        re.findall(
            r"\bfunction\*|^\s*\w+: (?:for|while)|\bexport default|\bvar |^import \w|\.let\b|\b(?:let|const):",
            code,
            re.MULTILINE,
        )
        == []
    )
    assert [token for token in read_tokens(code) if token.text.startswith("'")] == []


def test_all_names_but_the_browser_s_are_found():
    """What no module declares is a keyword or a global, and what one declares hides none of these."""
    foreign, declared = set(), set()
    for module in (Module.of(name, code) for name, code in SOURCES.items()):
        own, units = module.outermost | module.imports.keys(), module.syntax.units
        declared |= own | {name for _, name in module.inner}
        inner = {place for place, name in module.variables() if (units[place], name) in module.inner}
        foreign |= {name for place, name in module.variables() if name not in own and place not in inner}
    assert sorted(foreign - FOREIGN) == []
    assert sorted(declared & FOREIGN) == []


@pytest.mark.parametrize("entry", ENTRIES)
def test_bundles_are_modules(tmp_path, entry):
    """As Node reads them."""
    path = tmp_path / f"{entry.removesuffix('.js')}.mjs"
    path.write_text(bundle(SOURCES, ENTRIES)[entry])
    subprocess.run([NODE, "--check", path], check=True, capture_output=True, timeout=60)


def test_kinds_of_tokens():
    """A slash divides after a value, and begins a pattern elsewhere."""
    tokens = read_tokens("a / b; x = /[/]/u; `${ {} }`; f() / 2 // end")
    assert {Kind.PATTERN: ["/[/]/u"], Kind.TEMPLATE: ["`${", "}`"]} == {
        kind: [token.text for token in tokens if token.kind is kind] for kind in (Kind.PATTERN, Kind.TEMPLATE)
    }
