/** The parts of the chart, each with what it promises. Nothing of this file reaches a browser. */

import type { Formatter } from "./format.js";
import type { Child, VNode } from "./render.js";
import type { Chart, Series } from "./types.js";

/** `null` is a gap. */
export type Values = (number | null)[];

export interface Scale {
  low: number;
  high: number;
  ticks: number[];
}

/**
 * Fit a scale to values, about `count` round steps long. It begins at zero when asked to, and when the values are near
 * to it, all the same, or percentages; the limits hold exactly.
 */
export type ValueScale = (
  lists: Values[],
  options: {
    count: number;
    unit?: string | null;
    hasZero?: boolean;
    minimum?: number | null;
    maximum?: number | null;
  },
) => Scale;

/**
 * Find round moments of the wall clock from `start` to `end` (in milliseconds), `count` steps at most, and the step in
 * seconds. `offset` says how far the wall clock is ahead of UTC: that of the browser, unless given.
 */
export type TimeTicks = (
  start: number,
  end: number,
  count: number,
  offset?: (time: number) => number,
) => { ticks: number[]; step: number };

/** Lay series upon each other, what is negative downwards. */
export type Stack = (lists: Values[]) => { low: Values; high: Values }[];

/**
 * Choose the points to draw, of those in one column (a pixel, unless it is to be wider) the lowest and the highest:
 * runs of indices, with gaps between them. `xs` ascends.
 */
export type Runs = (xs: number[], values: Values, width?: number) => number[][];

/** Write a path through points, to a tenth of a pixel. */
export type Path = (run: number[], xs: number[], y: (index: number) => number) => string;

/** Say how many labels to go on by, so that those shown do not touch. */
export type Stride = (widest: number, slot: number) => number;

/** Find the index nearest to `x`. */
export type Nearest = (xs: number[], x: number) => number;

/** The width of a text in pixels. */
export type Measure = (text: string) => number;

/** A series as it is drawn: from `low` (zero where there is none) to `high`. Bars of one `slot` share their place. */
export interface Layer {
  style: "line" | "area" | "bar";
  unit: string;
  slot: string;
  index: number;
  low: Values;
  high: Values;
}

/** The scale of one unit. The first has the axis at the left and the chart's limits, the second that at the right. */
export interface Side extends Scale {
  unit: string;
  labels: string[];
  y: (value?: number | null) => number;
}

export interface Box {
  top: number;
  bottom: number;
  left: number;
  right: number;
  width: number;
}

export interface Axis {
  xs: number[];
  slot: number;
  labels: { label: string; x: number; tick: number }[];
}

export interface Drawing {
  xs: number[];
  box: Box;
  /** The series from bottom to top. */
  layers: Layer[];
  sides: Map<string, Side>;
  nodes: Child;
}

/** Draw a chart that has at least one series and one point. */
export type Draw = (
  chart: Chart,
  size: { width: number; height: number; font: number },
  format: Formatter,
  measure: Measure,
) => Drawing;

export type Stroke = (index: number, d: string, width?: number) => VNode;

/** The colour of a series, as a style; with the dash of its stroke, pairs repeat after 64. */
export type Color = (index: number) => Record<string, string>;

/** What a series looks like, for legends. */
export type Swatch = (series: Series, index: number) => VNode;

/** The series from bottom to top, stacked. */
export type LayersOf = (chart: Chart) => Layer[];

export type SidesOf = (
  chart: Chart,
  layers: Layer[],
  top: number,
  bottom: number,
  format: Formatter,
) => Map<string, Side>;

/** A label for a moment among others that are `step` seconds apart: the day, or the time; at midnight the day. */
export type TimeLabel = (time: number, step: number, format: Formatter) => string;

export type Shortened = (text: string, room: number, measure: Measure) => string;

export type AxisOf = (chart: Chart, hasBars: boolean, box: Box, format: Formatter, measure: Measure) => Axis;

/** One series. `slots` are the places of bars next to each other, `coarse` how many pixels share two points. */
export type Mark = (layer: Layer, side: Side, axis: Axis, slots: string[], coarse: number) => VNode;

/** Grid and axes. */
export type Frame = (box: Box, axis: Axis, sides: Side[], font: number) => Child[];

export type LengthOf = (chart: Chart) => number;

/** Where a point is on the axis, then the value of each series. */
export type Read = (chart: Chart, at: number, format: Formatter) => string[];

/** A line of the legend or the tooltip. */
export type Item = (series: Series, index: number, value?: string, note?: string) => VNode;

/** The latest points, the latest first, or the first categories. */
export type Table = (chart: Chart, format: Formatter) => VNode;
