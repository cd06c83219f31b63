"""Elements are rendered soon and in slices, and each on its own."""

from playwright.sync_api import expect

ADD = """
async () => {
  const payload = { kind: "stat-card", stats: [{ label: "One", value: 1 }] };
  const card = () => Object.assign(document.createElement("integration-stat-card"), { payload });
  const cards = Array.from({ length: 6 }, card);
  const drawn = () => cards.filter((card) => card.shadowRoot.querySelector("dl")).length;
  const clock = performance.now;
  let now = 0;
  performance.now = () => (now += 5);  // whoever looks at the clock finds that 5 ms have passed
  document.querySelector("main").append(...cards);
  await null;
  const counts = [drawn()];
  while (drawn() < 6) {
    await new Promise((resolve) => setTimeout(resolve));
    counts.push(drawn());
  }
  performance.now = clock;
  return counts;
}
"""
BREAK_ONE = """
async () => {
  const path = document.querySelector("script[type=module]").src;
  const { ViewElement } = await import(path);
  class Broken extends ViewElement {
    render() {
      throw new Error("of the test");
    }
  }
  customElements.define("x-broken", Broken);
  const [broken, card] = ["x-broken", "integration-stat-card"].map((name) => document.createElement(name));
  card.payload = { kind: "stat-card", stats: [{ label: "One", value: 1 }] };
  document.querySelector("main").append(broken, card);
}
"""


def test_many_elements_are_rendered_in_slices(page_of):
    """After 8 ms the page may draw and listen, then the next have their turn."""
    counts = page_of("").evaluate(ADD)
    assert 2 == counts[0]
    assert {2, 4, 6} >= set(counts)
    assert 6 == counts[-1]


def test_one_that_fails_is_told_and_the_others_are_rendered(page_of, watched):
    """The error goes where uncaught ones go."""
    page = page_of("")
    page.evaluate(BREAK_ONE)
    expect(page.locator("integration-stat-card")).to_contain_text("One")
    assert ["uncaught: of the test"] == watched.problems
    watched.problems.clear()
