import assert from "node:assert/strict";
import { test } from "node:test";

import { draw } from "../../src/dashboard_integrations/ui/elements/chart-draw.js";
import {
  nearest,
  path,
  runs,
  stack,
  stride,
  timeTicks,
  valueScale,
} from "../../src/dashboard_integrations/ui/elements/chart-scale.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The offset of a zone, as the browser would know it. */
function zone(timeZone) {
  const format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  return (time) => {
    const [, sign, hours, minutes] = /([+-])(\d+):(\d+)/.exec(format.format(time)) ?? ["", "+", "0", "0"];
    return Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  };
}

const berlin = zone("Europe/Berlin");

/** Ticks of a range as a clock on the wall in Berlin shows them. */
function berlinTicks(from, to, count) {
  const { ticks } = timeTicks(Date.parse(from), Date.parse(to), count, berlin);
  return ticks.map((tick) => new Date(tick + berlin(tick)).toISOString().slice(0, 16));
}

test("ticks are round and the domain ends on them", () => {
  assert.deepEqual(valueScale([[3, 97]], { count: 5 }), { low: 0, high: 100, ticks: [0, 20, 40, 60, 80, 100] });
  assert.deepEqual(valueScale([[0.1, 0.3]], { count: 3 }).ticks, [0, 0.1, 0.2, 0.3]);
});

test("bytes step through round kilobytes and megabytes", () => {
  assert.deepEqual(valueScale([[0, 4.4e6]], { count: 2, unit: "B" }).ticks, [0, 2.5e6, 5e6]);
});

test("seconds step through minutes, hours and days", () => {
  assert.deepEqual(valueScale([[0, 5000]], { count: 3, unit: "s" }).ticks, [0, 1800, 3600, 5400]);
  assert.deepEqual(valueScale([[0, 0.2]], { count: 2, unit: "s" }).ticks, [0, 0.1, 0.2]);
  assert.deepEqual(valueScale([[0, 86_400 * 1000]], { count: 2, unit: "s" }).ticks, [0, 86_400 * 730, 86_400 * 1460]);
});

test("counts have no halves", () => {
  assert.deepEqual(valueScale([[0, 1, 2]], { count: 5 }).ticks, [0, 1, 2]);
});

test("lines far from zero have a range of their own, bars and percentages begin at zero", () => {
  assert.equal(valueScale([[1000, 1003]], { count: 3 }).low, 1000);
  assert.equal(valueScale([[1000, 1003]], { count: 3, hasZero: true }).low, 0);
  assert.equal(valueScale([[92, 97]], { count: 3, unit: "%" }).low, 0);
});

test("given limits hold exactly", () => {
  assert.deepEqual(valueScale([[20, 250]], { count: 4, minimum: 5, maximum: 95 }), {
    low: 5,
    high: 95,
    ticks: [25, 50, 75],
  });
  const { low, high } = valueScale([[1, 2]], { count: 4, minimum: 100 });
  assert.ok(low === 100 && high > 100);
});

test("one value, zeros and no values have a range", () => {
  assert.deepEqual(valueScale([[5, 5]], { count: 2 }).ticks, [0, 5]);
  for (const lists of [[[0, 0]], [[null]], [[]], []]) {
    assert.deepEqual(valueScale(lists, { count: 2 }), { low: 0, high: 1, ticks: [0, 1] });
  }
});

test("no number is too large or too small", () => {
  const hostile = [
    [-1.7e308, 1.7e308],
    [5e-324, 1e-320],
    [1e15, 1e15 + 0.125],
    [-1e-300, 1e-300],
    [1e300, 1.7e308],
  ];
  for (const list of hostile) {
    const { low, high, ticks } = valueScale([list], { count: 5 });
    assert.ok(Number.isFinite(high - low) && high > low, String(list));
    assert.ok(ticks.length > 0 && ticks.length < 20, `${list}: ${ticks}`);
  }
});

test("times tick on the hours of the wall clock", () => {
  assert.deepEqual(berlinTicks("2026-11-25T10:20:00Z", "2026-11-25T21:40:00Z", 4), [
    "2026-11-25T12:00",
    "2026-11-25T15:00",
    "2026-11-25T18:00",
    "2026-11-25T21:00",
  ]);
});

test("days begin at local midnight, also when the clocks change", () => {
  assert.deepEqual(berlinTicks("2026-10-24T00:00:00Z", "2026-10-27T12:00:00Z", 4), [
    "2026-10-25T00:00",
    "2026-10-26T00:00",
    "2026-10-27T00:00",
  ]);
});

test("a zone of half hours has ticks on its own hours", () => {
  const kolkata = zone("Asia/Kolkata");
  const { ticks } = timeTicks(Date.parse("2026-01-01T00:00:00Z"), Date.parse("2026-01-01T03:00:00Z"), 3, kolkata);
  assert.deepEqual(
    ticks.map((tick) => new Date(tick).toISOString().slice(11, 16)),
    ["00:30", "01:30", "02:30"],
  );
});

test("weeks begin on Monday, months and years with their first day", () => {
  const weekdays = berlinTicks("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", 5).map((day) =>
    new Date(`${day}Z`).getUTCDay(),
  );
  assert.deepEqual(new Set(weekdays), new Set([1]));
  assert.deepEqual(berlinTicks("2025-11-15T00:00:00Z", "2026-03-15T00:00:00Z", 5), [
    "2025-12-01T00:00",
    "2026-01-01T00:00",
    "2026-02-01T00:00",
    "2026-03-01T00:00",
  ]);
  assert.deepEqual(berlinTicks("2020-06-01T00:00:00Z", "2026-05-01T00:00:00Z", 3), [
    "2022-01-01T00:00",
    "2024-01-01T00:00",
    "2026-01-01T00:00",
  ]);
});

test("no range has more ticks than asked for, and one", () => {
  for (let length = 1000; length < 4e13; length *= 1.7) {
    for (const count of [1, 4, 12]) {
      const { ticks } = timeTicks(1e12, 1e12 + length, count, berlin);
      assert.ok(ticks.length <= count + 2, `${length} ${count}: ${ticks.length}`);
    }
  }
});

test("stacks go up with what is positive and down with what is negative", () => {
  assert.deepEqual(
    stack([
      [1, -2, null],
      [3, -1, 5],
      [-4, 2, 1],
    ]),
    [
      { low: [0, 0, 0], high: [1, -2, null] },
      { low: [1, -2, 0], high: [4, -3, 5] },
      { low: [0, 0, 5], high: [-4, 2, 6] },
    ],
  );
});

test("gaps part a line, and zero is no gap", () => {
  assert.deepEqual(runs([0, 10, 20, 30, 40], [0, 1, null, 2, null]), [[0, 1], [3]]);
  assert.deepEqual(runs([0, 1], [null, null]), []);
});

test("5,000 points become two a pixel, and the extremes stay", () => {
  const xs = Array.from({ length: 5000 }, (_, index) => index * 0.08);
  const values = xs.map((_, index) => (index === 1234 ? 99 : index === 4321 ? -99 : Math.sin(index)));
  const [run, ...rest] = runs(xs, values);
  assert.deepEqual(rest, []);
  assert.ok(run.length <= 800, String(run.length));
  assert.ok(run.includes(1234) && run.includes(4321));
  assert.deepEqual(
    run,
    [...run].sort((a, b) => a - b),
  );
});

test("paths are written to a tenth of a pixel", () => {
  assert.equal(
    path([0, 1], [0.123, 10], (index) => index * 3.456),
    "M0.1 0L10 3.5",
  );
});

test("labels are left out until those shown do not touch", () => {
  assert.deepEqual([stride(30, 50), stride(60, 50), stride(60, 5)], [1, 2, 14]);
});

test("the nearest point is found", () => {
  assert.deepEqual(
    [-5, 4, 6, 99].map((x) => nearest([0, 10, 20], x)),
    [0, 0, 1, 2],
  );
});

/** What the drawing says about values, without a language. */
const format = /** @type {any} */ ({
  value: (value, unit) => `${Number(value.toPrecision(2))}${unit}`,
  exact: (value, unit) => `${value}${unit}`,
  time: (date) => new Date(date).toISOString(),
  date: (date) => new Date(date).toISOString(),
});

/** @param {any} chart */
function drawn(chart) {
  return draw({ kind: "chart", ...chart }, { width: 400, height: 200, font: 11 }, format, (text) => text.length * 6);
}

test("no chart has a place that is not a number", () => {
  const times = (count) => Array.from({ length: count }, (_, index) => new Date(index * DAY).toISOString());
  const charts = [
    { series: [{ label: "One", values: [1] }], times: times(1) },
    { series: [{ label: "One", values: [1], style: "bar" }], categories: ["a"] },
    { series: [{ label: "None", values: [null, null] }], times: times(2) },
    { series: [{ label: "Huge", values: [-1.7e308, 1.7e308], style: "area" }], times: times(2), stacked: true },
    { series: [{ label: "Limits", values: [1, 2] }], times: times(2), minimum: 9, maximum: -9 },
  ];
  for (const chart of charts) {
    const { xs, nodes } = drawn(chart);
    assert.ok(xs.every(Number.isFinite));
    assert.doesNotMatch(
      JSON.stringify(nodes, (_, value) => (Number.isNaN(value) ? "NaN" : value)),
      /NaN|Infinity/,
    );
  }
});

test("each unit has a scale of its own", () => {
  const series = ["B", "%", "B", "°C"].map((unit) => ({ label: unit, unit, values: [1, 100] }));
  const { sides } = drawn({ series, categories: ["a", "b"], maximum: 500 });
  assert.deepEqual(
    [...sides].map(([unit, { high }]) => [unit, high]),
    [
      ["B", 500],
      ["%", 100],
      ["°C", 100],
    ],
  );
});

test("labels of values that look alike are exact", () => {
  const { sides } = drawn({ series: [{ label: "a", unit: "", values: [100_001, 100_003] }], categories: ["a", "b"] });
  assert.ok(new Set(sides.get("")?.labels).size > 2);
});

test("only areas and bars are stacked, by unit", () => {
  const series = ["bar", "line", "bar", "area", "area"].map((style) => ({ label: style, style, values: [2] }));
  const { layers } = drawn({ series, categories: ["a"], stacked: true });
  assert.deepEqual(
    layers.map(({ style, index, high }) => [style, index, high[0]]),
    [
      ["area", 3, 2],
      ["area", 4, 4],
      ["bar", 0, 2],
      ["bar", 2, 4],
      ["line", 1, 2],
    ],
  );
});
