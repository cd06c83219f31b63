/** Statuses: a mark whose shape differs, its word, its colour. */

import { h } from "./render.js";
import { say } from "./text.js";

/** @import { Child } from "./render.js" */
/** @import { Status } from "./types.js" */

/** From the least to the most severe, as alerts have them. */
export const SEVERITIES = ["info", "warning", "critical"];

/** Word, outline and sign. @type {Record<Status, [string, string, string]>} */
const MARKS = {
  ok: ["OK", "M8 1a7 7 0 1 0 0 14a7 7 0 1 0 0-14z", "M5 8l2 2 4-4"],
  info: ["Info", "M3 2h10l1 1v10l-1 1H3l-1-1V3z", "M8 8v3M8 5v.1"],
  unknown: ["Unknown", "M8 1l7 7-7 7-7-7z", "M6.5 6.7a1.5 1.5 0 1 1 2.3 1.2q-.8.5-.8 1.2M8 11.2v.1"],
  warning: ["Warning", "M8 2l7 12H1z", "M8 6v4M8 12v.1"],
  critical: ["Critical", "M5 1h6l4 4v6l-4 4H5l-4-4V5z", "M5.5 5.5l5 5M10.5 5.5l-5 5"],
};

/** @param {string} status what nobody knows is `unknown` */
const known = (status) => /** @type {Status} */ (Object.hasOwn(MARKS, status) ? status : "unknown");

/** @param {string} status */
export const statusText = (status) => say(MARKS[known(status)][0]);

/** @param {string} status */
export const statusColor = (status) => `var(--_${known(status)})`;

/**
 * Draw lines in the colour and the size of the text.
 * @param {...Child} children
 */
export function drawing(...children) {
  const line = { stroke: "currentColor", "stroke-width": 1.6, "stroke-linecap": "round", "stroke-linejoin": "round" };
  const style = { "inline-size": "1.1em", "block-size": "1.1em", "vertical-align": "-0.18em", flex: "none" };
  return h("svg", { viewBox: "0 0 16 16", "aria-hidden": "true", fill: "none", style, ...line }, children);
}

/**
 * Mark a status; its word is hidden unless `isWordShown`.
 * @param {string} status
 * @param {boolean} [isWordShown]
 */
export function statusMark(status, isWordShown) {
  const [, outline, sign] = MARKS[known(status)];
  return h(
    "span::status",
    { style: { color: statusColor(status) } },
    drawing(h("path", { d: outline, fill: "currentColor", "fill-opacity": 0.16 }), h("path", { d: sign })),
    h(isWordShown ? "span" : "span.hidden-text", null, isWordShown && "\u00a0", statusText(status)),
  );
}
