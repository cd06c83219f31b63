/** Chart: lines, areas and bars over time or categories, to be read by pointer, by keys, or as a table. */
/** @import * as T from "./chart-types.js" */
/** @import { Chart } from "./types.js" */

import { css, ViewElement } from "./base.js";
import { color, draw, swatch } from "./chart-draw.js";
import { nearest } from "./chart-scale.js";
import { formatterOf } from "./format.js";
import { h } from "./render.js";
import { say } from "./text.js";

const ROWS = 100;

const colors = [260, 50, 150, 310, 10, 200, 90, 340].map((hue, index) => {
  const name = `series-${index + 1}`;
  return `--_${name}: var(--integration-${name}, light-dark(oklch(0.52 0.15 ${hue}), oklch(0.78 0.12 ${hue})));`;
});

const styles = css`
  :host { ${colors.join("")} }
  .chart {
    container-type: inline-size; position: relative; display: flex; flex-direction: column; gap: 6px; block-size: 100%;
    font-size: max(11px, 0.75em);
  }
  .plot { position: relative; flex: auto; block-size: clamp(96px, 40cqi, 260px); min-block-size: 72px; touch-action: pan-y; }
  .plot:has(:focus-visible) { outline: 2px solid var(--_accent); outline-offset: 2px; }
  .plot > * { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; direction: ltr; overflow: visible; }
  input { margin: 0; opacity: 0; pointer-events: none; }
  .empty { display: grid; place-content: center; color: var(--_muted); font-size: 14px; }
  svg { flex: none; fill: none; }
  text { fill: var(--_muted); unicode-bidi: plaintext; }
  .line, .dot, .body { stroke: currentColor; }
  .line { stroke-linejoin: round; stroke-dashoffset: 6; }
  .dot { stroke-width: 5; stroke-linecap: round; }
  .guide ~ .dot { stroke-width: 8; }
  .halo { stroke: var(--_surface); stroke-width: 4; opacity: 0.6; }
  .area { fill: currentColor; opacity: 0.25; }
  .body { opacity: 0.45; }
  .grid { stroke: var(--_track); }
  .axis { stroke: var(--_muted); }
  .guide { stroke: var(--_text); stroke-dasharray: 3; }
  .foot { display: flex; align-items: start; }
  .legend { flex: 1; display: flex; flex-wrap: wrap; gap: 2px 14px; }
  .legend[tabindex] { max-block-size: 8.5em; overflow: auto; }
  li { display: flex; gap: 6px; align-items: center; max-inline-size: 100%; }
  li span { padding-inline-end: 1px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  li b { margin-inline-start: auto; font-weight: 600; white-space: nowrap; }
  small { color: var(--_muted); white-space: nowrap; }
  button { margin-block: -3px; padding: 5px; border: 0; background: none; stroke: var(--_muted); }
  button svg { display: block; inline-size: 14px; }
  button:hover, [aria-expanded="true"] { background: var(--_raised); stroke: var(--_text); }
  .tooltip {
    position: absolute; inset-block-start: 0; padding: 4px 8px; pointer-events: none; border: 1px solid var(--_border);
    border-radius: 6px; background: var(--_raised);
  }
  .table { max-block-size: 16em; overflow: auto; }
  table { border-collapse: collapse; inline-size: 100%; }
  th, td { padding: 2px 0; padding-inline-end: 8px; border-block-end: 1px solid var(--_border); text-align: end; font-weight: inherit; }
  caption, th:first-child { text-align: start; }
  td { white-space: nowrap; }
  @container (inline-size < 240px) {
    .legend li { inline-size: 100%; }
    small { display: none; }
    .tooltip { inset: auto 0 0 !important; max-inline-size: none !important; }
  }
  @media (forced-colors: active) {
    .plot *, li svg { color: CanvasText !important; }
    text { fill: CanvasText; }
    .grid { opacity: 0.4; }
  }
`;

/** @type {T.LengthOf} */
const lengthOf = ({ times, categories }) => (times ?? categories ?? []).length;

/** @type {T.Read} */
const read = ({ times, categories, series }, at, format) => {
  const isClose = times && Date.parse(times[times.length - 1]) - Date.parse(times[0]) < 6e4 * (times.length - 1);
  const moment = times && (isClose ? format.date(times[at], { timeStyle: "medium" }) : format.time(times[at]));
  return [moment || categories?.[at] || "", ...series.map(({ values, unit }) => format.value(values[at], unit))];
};

/** @type {T.Item} */
const item = (series, index, value, note) =>
  h(
    "li",
    { title: series.label },
    swatch(series, index),
    h("span", { dir: "auto" }, series.label),
    note && h("small", null, note),
    value && h("b", null, value),
  );

/** @extends {ViewElement<Chart>} */
export class ChartElement extends ViewElement {
  static styles = [styles];

  /** @type {Chart} */
  #chart = { kind: "chart", series: [] };
  #format = formatterOf(this);
  #size = { width: 0, height: 0 };
  #at = -1;
  #isOpen = false;
  /** @type {Element | null} */
  #plot = null;
  /** @type {{ inputs: unknown[] } & T.Drawing | null} */
  #drawing = null;

  #observer = new ResizeObserver(([{ contentRect }]) => {
    this.#size = { width: Math.round(contentRect.width), height: Math.round(contentRect.height) };
    this.requestUpdate();
  });

  disconnectedCallback() {
    this.#observer.disconnect();
    this.#plot = null;
  }

  update() {
    super.update();
    if (this.#plot) return;
    this.#plot = this.find(".plot"); // with and without data it is the same node
    if (this.#plot) this.#observer.observe(this.#plot);
  }

  /** @param {Chart} chart */
  view(chart) {
    const format = formatterOf(this);
    const hasData = chart.series.some(({ values }) => values.some((value) => value !== null));
    this.#chart = chart;
    this.#format = format;
    this.#at = Math.min(this.#at, lengthOf(chart) - 1);
    this.#draw(hasData);
    const point = this.#at < 0 ? [] : read(chart, this.#at, format);
    return h(
      "div::chart",
      null,
      hasData ? this.#inspector(point) : h("div.plot::empty", null, say("No data")),
      chart.series.length > 0 && h("div.foot", null, this.#legend(), hasData && this.#button()),
      hasData && this.#isOpen && table(chart, format),
      this.#drawing && point[0] != null && this.#tooltip(this.#drawing, point),
    );
  }

  /** @param {boolean} hasData */
  #draw(hasData) {
    const inputs = [this.#chart, this.#format, this.#size];
    // To follow a pointer nothing is drawn anew.
    if (this.#drawing?.inputs.every((input, index) => input === inputs[index])) return;
    this.#drawing = null;
    if (!hasData || !this.#plot || this.#size.width < 40) return;
    const { fontSize, fontFamily } = getComputedStyle(this.#plot);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(1, 1).getContext("2d"));
    context.font = `${fontSize} ${fontFamily}`;
    const size = { ...this.#size, font: parseFloat(fontSize) };
    const drawing = draw(this.#chart, size, this.#format, (label) => context.measureText(label).width);
    this.#drawing = { ...drawing, inputs };
  }

  /**
   * The drawing, under a slider that has no look of its own: keys and screen readers know what to do with it.
   * @param {string[]} point
   */
  #inspector(point) {
    const { series } = this.#chart;
    const named = point.map((words, index) => (index ? `${series[index - 1].label} ${words}` : words));
    const label = series.slice(0, 9).map((each) => each.label);
    const last = lengthOf(this.#chart) - 1;
    /** @param {any} event */
    const slide = ({ target }) => this.#inspect(target.valueAsNumber);
    /** @param {any} event */
    const follow = ({ currentTarget, clientX }) =>
      this.#drawing && this.#inspect(nearest(this.#drawing.xs, clientX - currentTarget.getBoundingClientRect().left));
    const leave = () => this.#inspect(-1);
    const onpointerleave = (/** @type {PointerEvent} */ { pointerType }) => pointerType !== "touch" && leave();
    return h(
      "div::plot",
      { onpointermove: follow, onpointerdown: follow, onpointerleave },
      h("svg", { "aria-hidden": "true" }, this.#drawing?.nodes, this.#guide()),
      h("input", {
        type: "range",
        max: last,
        ".value": this.#at < 0 ? last : this.#at,
        "aria-label": say("Chart of {series}", { series: label.join(", ") }),
        "aria-valuetext": named.join(", "),
        onfocus: slide,
        oninput: slide,
        onblur: leave,
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
          if (event.key !== "Escape" || this.#at < 0) return;
          event.stopPropagation();
          leave();
        },
      }),
    );
  }

  #guide() {
    const at = this.#at;
    if (!this.#drawing || at < 0) return null;
    const { xs, box, layers, sides } = this.#drawing;
    const points = layers.filter(({ style, high }) => style !== "bar" && high[at] !== null);
    return [
      h("path::guide", { d: `M${Math.round(xs[at]) + 0.5} ${box.top}V${box.bottom}` }),
      points.map(({ index, high, unit }) =>
        h("path.dot", { style: color(index), d: `M${xs[at]} ${sides.get(unit)?.y(high[at])}h0` }),
      ),
    ];
  }

  /** @param {number} at */
  #inspect(at) {
    if (at === this.#at) return;
    this.#at = at;
    this.requestUpdate();
  }

  /**
   * @param {T.Drawing} drawing
   * @param {string[]} point
   */
  #tooltip({ xs }, [moment, ...values]) {
    const { series } = this.#chart;
    const { width } = this.#size;
    const at = this.#at;
    const isEarly = xs[at] < width / 2;
    const space = (isEarly ? xs[at] : width - xs[at]) + 12;
    const style = { [isEarly ? "left" : "right"]: `${space}px`, "max-inline-size": `${width - space}px` };
    const room = Math.max(1, Math.floor((this.clientHeight - 44) / 17));
    const known = [...series.keys()].filter((index) => series.length <= room || series[index].values[at] !== null);
    const items = known.slice(0, room).map((index) => item(series[index], index, values[index]));
    const rest = series.length - items.length;
    return h(
      "div::tooltip",
      { "aria-hidden": "true", style },
      moment,
      h("ul", null, items),
      rest > 0 && say("{count} more", { count: this.#format.value(rest) }),
    );
  }

  #legend() {
    const { series, times } = this.#chart;
    const format = this.#format;
    const hidden = [...(this.#drawing?.sides.values() ?? [])].slice(2);
    const items = series.map((each, index) => {
      const { unit, values } = each;
      const side = hidden.find((side) => side.unit === (unit ?? ""));
      const [low, high] = [side?.low, side?.high].map((limit) => format.value(limit, unit));
      const latest = times && format.value(values[values.length - 1], unit);
      return item(each, index, latest ?? "", side && say("{low} to {high}", { low, high }));
    });
    return h("ul::legend", { role: "list", tabindex: series.length > 8 && 0 }, items);
  }

  #button() {
    const onclick = () => {
      this.#isOpen = !this.#isOpen;
      this.requestUpdate();
    };
    return h(
      "button::button",
      { title: say("Table of values"), "aria-expanded": String(this.#isOpen), onclick },
      h(
        "svg",
        { viewBox: "0 0 14 14", "aria-hidden": "true" },
        h("path", { d: "M.5.5h13v13H.5zM.5 5h13m-13 4.5h13M5 5v8.5" }),
      ),
    );
  }
}

/** @type {T.Table} */
const table = (chart, format) => {
  const total = lengthOf(chart);
  const rows = [...Array(Math.min(ROWS, total)).keys()].map((row) => (chart.times ? total - 1 - row : row));
  const heads = [say(chart.times ? "Time" : "Category"), ...chart.series.map(({ label }) => label)];
  const count = { shown: format.value(ROWS), total: format.value(total) };
  const name = say("Table of values");
  return h(
    "div::table",
    { tabindex: 0, role: "group", "aria-label": name },
    h(
      "table",
      null,
      h("caption", null, name, total > ROWS && `: ${say("{shown} of {total}", count)}`),
      h(
        "tr",
        null,
        heads.map((head) => h("th", { scope: "col" }, head)),
      ),
      rows.map((at) =>
        h(
          "tr",
          null,
          read(chart, at, format).map((words, column) =>
            h(column ? "td" : "th", column ? null : { scope: "row" }, words),
          ),
        ),
      ),
    ),
  );
};
