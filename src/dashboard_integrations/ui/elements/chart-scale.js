/** The numbers behind a chart: scales, ticks, stacks, and paths. No document is needed. */
/** @import * as T from "./chart-types.js" */

const DAY = 86_400;

/** @type {(value: number, minimum?: number, maximum?: number) => number} */
export const within = (value, minimum = 0, maximum = 100) => Math.min(Math.max(value, minimum), maximum);

const CLOCK = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200];
const DURATIONS = [...CLOCK, ...[1, 2, 7, 30, 90, 180, 365].map((days) => days * DAY)];

/** @param {number} rough */
const decimal = (rough) => {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 2.5, 5].find((step) => step * power >= rough && (step !== 2.5 || power > 1)) ?? 10);
};

/** @param {number} rough in seconds */
const duration = (rough) =>
  DURATIONS.find((step) => step >= rough) ?? 365 * DAY * Math.ceil(decimal(rough / DAY / 365));

/** @type {T.ValueScale} */
export const valueScale = (lists, { count, unit, hasZero, minimum, maximum }) => {
  let low = Infinity;
  let high = -Infinity;
  let isWhole = true;
  for (const value of lists.flat()) {
    if (value === null) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
    isWhole &&= Number.isInteger(value);
  }
  if (low > high) low = high = 0;
  const sizeOf = () => Math.max(Math.abs(low), Math.abs(high));
  const isNear = low === high || high - low > 0.4 * sizeOf();
  if (hasZero || isNear || unit === "%") [low, high] = [Math.min(low, 0), Math.max(high, 0)];
  low = Math.max(minimum ?? Math.min(low, maximum ?? low), -1e300);
  high = Math.min(maximum ?? high, 1e300);
  const size = sizeOf();
  // Rounding errors are no difference.
  if (!(high - low > Math.max(size * 1e-10, 1e-300))) high = low + (size > 1e-290 ? size : 1);
  const rough = (high - low) / count;
  const step = unit === "s" && rough > 0.5 ? duration(rough) : Math.max(decimal(rough), isWhole ? 1 : 0);
  const first = Math.floor(low / step);
  const ticks = Array.from({ length: Math.ceil(high / step) - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
  if (minimum == null) low = ticks[0];
  if (maximum == null) high = ticks[ticks.length - 1];
  return { low, high, ticks: ticks.filter((tick) => tick >= low && tick <= high) };
};

/** @type {T.TimeTicks} */
export const timeTicks = (start, end, count, offset = (time) => -6e4 * new Date(time).getTimezoneOffset()) => {
  const step = duration((end - start) / 1000 / count);
  const months = step < 30 * DAY ? 0 : Math.round(step / DAY / 30.4);
  // The first Monday of all: weeks begin there.
  const origin = 4 * DAY * 1000;
  const from = new Date(start + offset(start));
  let index = Math.floor(
    months
      ? ((from.getUTCFullYear() - 1970) * 12 + from.getUTCMonth()) / months
      : (Number(from) - origin) / 1000 / step,
  );
  const ticks = [];
  for (let time = start; time <= end; index++) {
    const wall = months ? Date.UTC(1970, index * months) : origin + index * step * 1000;
    time = wall - offset(wall - offset(wall));
    if (time >= start && time <= end) ticks.push(time);
  }
  return { ticks, step };
};

/** @type {T.Stack} */
export const stack = (lists) => {
  /** @type {number[][]} */
  const sums = [[], []];
  return lists.map((values) => {
    /** @type {number[]} */
    const low = [];
    const high = values.map((value, index) => {
      const sum = sums[Number(value) < 0 ? 1 : 0];
      low[index] = sum[index] ?? 0;
      if (value !== null) sum[index] = low[index] + value;
      return value === null ? null : sum[index];
    });
    return { low, high };
  });
};

/** @type {T.Runs} */
export const runs = (xs, values, width = 1) => {
  /** @type {number[][]} */
  const found = [];
  /** @type {number[]} */
  let run = [];
  for (let index = 0; index < xs.length; ) {
    const column = Math.floor(xs[index] / width);
    let [low, high] = [-1, -1];
    for (; Math.floor(xs[index] / width) === column; index++) {
      const value = values[index];
      if (value === null) continue;
      if (low < 0 || value < Number(values[low])) low = index;
      if (high < 0 || value > Number(values[high])) high = index;
    }
    if (low < 0) run = [];
    else if (run.push(Math.min(low, high)) === 1) found.push(run);
    if (low !== high) run.push(Math.max(low, high));
  }
  return found;
};

/** @type {T.Path} */
export const path = (run, xs, y) =>
  `M${run.map((index) => [xs[index], y(index)].map((at) => Math.round(at * 10) / 10).join(" ")).join("L")}`;

/** @type {T.Stride} */
export const stride = (widest, slot) => Math.max(1, Math.ceil((widest + 8) / slot) || 1);

/** @type {T.Nearest} */
export const nearest = (xs, x) =>
  xs.reduce((best, at, index) => (Math.abs(at - x) < Math.abs(xs[best] - x) ? index : best), 0);
