/** A chart as descriptions of SVG nodes: scales and axes at their places, series told apart by colour and pattern. */
/** @import * as T from "./chart-types.js" */

import { path, runs, stack, stride, timeTicks, valueScale, within } from "./chart-scale.js";
import { h } from "./render.js";

const DAY = 86_400;
const DASHES = ["none", "6 3", "2 2", "9 3 2 3", "14 4", "4 6", "8 2 2 2 2 2", "1 4"];

/** @type {T.Stroke} */
const stroke = (index, d, width = 1.5) =>
  h("path.line", { d, "stroke-width": width, "stroke-dasharray": DASHES[(index + Math.floor(index / 8)) % 8] });

/** @type {T.Color} */
export const color = (index) => ({ color: `var(--_series-${(index % 8) + 1})` });

/** @type {T.Swatch} */
export const swatch = ({ style }, index) =>
  h(
    "svg",
    { style: color(index), width: 22, height: 12, viewBox: "0 0 22 12", "aria-hidden": "true" },
    style && style !== "line" && h("path.area", { d: style === "bar" ? "M3 0h16v12H3z" : "M0 5H22V12H0z" }),
    style === "bar" ? stroke(index, "M11 12V0", 16) : stroke(index, "M0 5H22"),
  );

/** @type {T.LayersOf} */
const layersOf = ({ series, stacked }) => {
  const layers = series.map(({ style = "line", unit, values }, index) => {
    const slot = stacked && style !== "line" ? `${style} ${unit}` : String(index);
    return /** @type {T.Layer} */ ({ style, unit: unit ?? "", slot, index, low: [], high: values });
  });
  for (const slot of new Set(layers.map((layer) => layer.slot))) {
    const group = layers.filter((layer) => layer.slot === slot);
    if (group[1]) stack(group.map(({ high }) => high)).map((place, index) => Object.assign(group[index], place));
  }
  return ["area", "bar", "line"].flatMap((style) => layers.filter((layer) => layer.style === style));
};

/** @type {T.SidesOf} */
const sidesOf = ({ series, minimum, maximum }, layers, top, bottom, format) => {
  const count = within(Math.floor((bottom - top) / 28), 1, 5);
  /** @type {Map<string, T.Side>} */
  const sides = new Map();
  for (const unit of new Set(series.map((each) => each.unit ?? ""))) {
    const own = layers.filter((layer) => layer.unit === unit);
    const limits = sides.size ? {} : { minimum, maximum };
    const hasZero = own.some(({ style }) => style !== "line");
    const values = own.flatMap(({ low, high }) => [low, high]);
    const { ticks, low, high } = valueScale(values, { count, unit, hasZero, ...limits });
    let labels = ticks.map((tick) => format.value(tick, unit));
    if (new Set(labels).size < labels.length) labels = ticks.map((tick) => format.exact(tick, unit));
    const ratio = (bottom - top) / (high - low);
    /** @type {T.Side["y"]} */
    const y = (value) => within(bottom - (Number(value ?? 0) - low) * ratio, -9999, 9999);
    sides.set(unit, { ticks, low, high, unit, labels, y });
  }
  return sides;
};

/** @type {T.TimeLabel} */
const timeLabel = (time, step, format) => {
  const date = new Date(time);
  const isYear = step > 300 * DAY || !date.getMonth();
  if (step >= 30 * DAY) return format.date(date, isYear ? { year: "numeric" } : { month: "short" });
  if (step >= DAY || !(date.getHours() + date.getMinutes() + date.getSeconds())) {
    return format.date(date, { month: "short", day: "numeric" });
  }
  return format.date(date, { hour: "numeric", minute: "2-digit", second: step < 60 ? "2-digit" : undefined });
};

/** @type {T.Shortened} */
const shortened = (text, room, measure) => {
  const letters = [...text.slice(0, 60)];
  while (letters.length > 2 && measure(letters.join("")) > room) letters.length -= 2;
  return letters.join("") === text ? text : `${letters.join("").trim()}…`;
};

/** @type {T.AxisOf} */
const axisOf = ({ times, categories }, hasBars, { left, right, width }, format, measure) => {
  let places = times?.map((time) => Date.parse(time)) ?? [...(categories ?? []).keys()];
  const isRange = times && places.length > 1;
  const gap = isRange ? Math.min(...places.slice(1).map((place, index) => place - places[index])) : 1;
  const pad = hasBars || !isRange ? gap / 2 : 0;
  const start = places[0] - pad;
  const end = places[places.length - 1] + pad;
  const ratio = (right - left) / (end - start);
  /** @param {number} place */
  const at = (place) => left + (place - start) * ratio;
  const axis = { xs: places.map(at), slot: gap * ratio };
  let labels = (categories ?? []).map((text) => shortened(text, Math.max(axis.slot - 8, 64), measure));
  if (times) labels = [format.time(times[0])];
  // Longer steps rather than labels left out: those would be the days among the hours.
  for (let count = isRange ? Math.ceil((right - left) / 60) : 0, every = 2; every > 1 && count > 0; count--) {
    const { ticks, step } = timeTicks(start, end, count);
    [places, labels] = [ticks, ticks.map((time) => timeLabel(time, step, format))];
    every = stride(Math.max(...labels.map(measure)), (ticks[1] - ticks[0]) * ratio);
  }
  const widths = labels.map(measure);
  const every = stride(Math.max(...widths), (places[1] - places[0]) * ratio);
  let free = 0;
  const shown = labels.flatMap((label, index) => {
    const tick = at(places[index]);
    const half = widths[index] / 2;
    const x = within(tick, half, Math.max(half, width - half));
    if (index % every || x - half < free || label === labels[index - every]) return [];
    free = x + half + 4;
    return { label, x, tick };
  });
  return { ...axis, labels: shown };
};

/** @type {T.Mark} */
const mark = ({ style, slot, index, low, high }, { y }, axis, slots, coarse) => {
  const found = runs(axis.xs, high, coarse);
  const [from, to] = [low, high].map((values) => (/** @type {number} */ at) => y(values[at]));
  if (style === "bar") {
    const room = Math.min(48, (axis.slot * 0.8) / slots.length);
    const width = Math.max(1, Math.floor(room) - (room > 4 ? 1 : 0));
    const offset = (slots.indexOf(slot) - slots.length / 2) * room;
    const bars = found.flat().map((at) => {
      const x = Math.round(axis.xs[at] + offset) + width / 2;
      return `M${x} ${from(at).toFixed(1)}V${to(at).toFixed(1)}`;
    });
    const d = bars.join("");
    return h("g", { style: color(index) }, h("path.body", { d, "stroke-width": width }), stroke(index, d, width));
  }
  const lines = found.map((run) => path(run, axis.xs, to));
  const d = lines.join("");
  const areas = found.map((run, at) => `${lines[at]}L${path(run.toReversed(), axis.xs, from).slice(1)}z`);
  const dots = lines.filter((_, at) => found[at].length < 2).map((line) => `${line}h0`);
  return h(
    "g",
    { style: color(index) },
    style === "area" ? h("path.area", { d: areas.join("") }) : slots.length > 0 && h("path.halo", { d }),
    stroke(index, d),
    h("path.dot", { d: dots.join("") }),
  );
};

/** @type {T.Draw} */
export const draw = (chart, { width, height, font }, format, measure) => {
  const [top, bottom] = [8, Math.round(height - 1.8 * font)];
  const layers = layersOf(chart);
  const sides = sidesOf(chart, layers, top, bottom, format);
  const shown = [...sides.values()].slice(0, 2);
  const [left, end] = [0, 1].map((at) => 6 + Math.ceil(Math.max(0, ...(shown[at]?.labels ?? []).map(measure))));
  const box = { top, bottom, left, right: width - end, width };
  const slots = [...new Set(layers.filter(({ style }) => style === "bar").map(({ slot }) => slot))];
  const axis = axisOf(chart, slots.length > 0, box, format, measure);
  const marks = layers.map((layer) =>
    mark(layer, /** @type {T.Side} */ (sides.get(layer.unit)), axis, slots, layers.length > 9 ? 3 : 1),
  );
  // What is beyond the limits is cut, but not half the width of a line on them.
  const [x, y, across, down] = [left - 3, top - 3, box.right - left + 6, bottom - top + 6];
  const clip = { x, y, width: across, height: down, viewBox: `${x} ${y} ${across} ${down}` };
  return { xs: axis.xs, box, layers, sides, nodes: [frame(box, axis, shown, font), h("svg", clip, marks)] };
};

/** @type {T.Frame} */
const frame = ({ left, right, bottom }, { labels }, sides, font) => {
  const grid = sides[0].ticks.map((tick) => `M${left} ${Math.round(sides[0].y(tick)) + 0.5}H${right}`);
  const ticks = labels.map(({ tick }) => `M${Math.round(tick) + 0.5} ${bottom}v4`);
  return [
    h("path::grid", { d: grid.join("") }),
    h("path::axis", { d: `M${left} ${bottom + 0.5}H${right}${ticks.join("")}` }),
    labels.map(({ label, x }) => h("text", { x, y: bottom + 1.45 * font, "text-anchor": "middle" }, label)),
    sides.map(({ ticks, labels, y }, index) =>
      ticks.map((tick, at) => {
        const place = index ? { x: right + 6 } : { x: left - 6, "text-anchor": "end" };
        return h("text", { ...place, y: Math.round(y(tick) + 0.35 * font) }, labels[at]);
      }),
    ),
  ];
};
