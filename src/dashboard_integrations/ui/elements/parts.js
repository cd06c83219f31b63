/** What renderers have in common: labels, quantities, bars, times, and rows that scroll. */

import { css, ViewElement } from "./base.js";
import { within } from "./chart-scale.js";
import { formatterOf } from "./format.js";
import { h } from "./render.js";
import { statusColor } from "./status.js";
import { say } from "./text.js";

/** @import { Formatter, Value } from "./format.js" */
/** @import { Child, VNode } from "./render.js" */

export const notKnown = () => say("Not known");

export const partStyles = css`
  .clamp { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
  .quantity { font-variant-numeric: tabular-nums; }
  .unit { color: var(--_muted); }
  a.clamp { color: inherit; text-decoration-color: var(--_muted); }
  a.clamp:hover { color: var(--_accent); }
  a:focus-visible { outline-offset: -2px; }
  .bar { overflow: hidden; block-size: 0.4em; border-radius: 1em; background: var(--_track); }
  .bar i { display: block; block-size: 100%; border-radius: inherit; background: var(--_fill); transition: inline-size 0.4s; }
  .bar:not([aria-valuenow]) i { inline-size: 30%; animation: pass 1.8s infinite linear; }
  @keyframes pass { from { margin-inline-start: -30%; } to { margin-inline-start: 100%; } }
  @media (prefers-reduced-motion: reduce) {
    .bar i { transition: none; }
    .bar:not([aria-valuenow]) i { inline-size: 100%; opacity: 0.4; animation: none; }
  }
  @media (forced-colors: active) {
    .bar { border: 1px solid; background: Canvas; }
    .bar i { background: Highlight; forced-color-adjust: none; }
  }
`;

/**
 * What makes an anchor lead there, in a tab of its own; `null` where it may not.
 * @param {string | null} [link]
 */
export const leadTo = (link) =>
  /^https?:\/\//i.test(link ?? "") ? { href: link, target: "_blank", rel: "noopener noreferrer" } : null;

/**
 * A service's text, which links when it may.
 * @param {string} words
 * @param {string | null} [link]
 * @param {string} [part]
 */
export function label(words, link, part = "label") {
  const anchor = leadTo(link);
  const title = words.length > 40 && words;
  return h(`${anchor ? "a" : "span"}.clamp::${part}`, { title, ...anchor }, h("bdi", null, words));
}

/**
 * @param {Formatter} formatter
 * @param {Value} value
 * @param {string | null} [unit]
 */
export function quantity(formatter, value, unit) {
  const isKnown = value != null;
  const pieces = formatter.pieces(value, unit);
  const length = pieces.reduce((sum, piece) => sum + piece.text.length * (piece.isUnit ? 0.6 : 1), 0);
  const isText = typeof value === "string";
  const shown = pieces.map(({ isUnit, text }) =>
    isUnit ? h("span::unit", null, text) : isText ? h("bdi", null, text) : text,
  );
  return h(
    "span.quantity.clamp::value",
    { title: isKnown ? formatter.exact(value, unit) : notKnown(), style: { "--_length": length } },
    h("bdi", { "aria-hidden": isKnown ? null : "true" }, shown),
    !isKnown && h("span.hidden-text", null, notKnown()),
  );
}

/**
 * @param {string} name
 * @param {number | null} percent none while it is not known
 * @param {string | null} said
 * @param {string | null} [status]
 */
export function bar(name, percent, said, status) {
  const now = percent === null ? null : within(percent);
  const fill = {
    "--_fill": status ? statusColor(status) : "var(--_accent)",
    "inline-size": now === null ? null : `${now}%`,
  };
  const range = { "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": now, "aria-valuetext": said };
  return h("div::bar", { role: "progressbar", "aria-label": name, ...range }, h("i", { style: fill }));
}

/**
 * @param {Formatter} formatter
 * @param {string} moment
 * @param {(time: string) => string} [say]
 */
export function timeOf(formatter, moment, say = String) {
  const title = formatter.exactTime(moment);
  return h("time::time", { dir: "auto", datetime: moment, title }, say(formatter.time(moment)));
}

/**
 * What is there of these, with dots between.
 * @param {Child[]} items
 */
export function dotted(items) {
  return items.filter(Boolean).map((item, index) => [index > 0 && " · ", h("bdi", null, item)]);
}

const rowStyles = css`
  :host { display: flex; flex-direction: column; max-block-size: 100%; }
  ul { position: relative; min-block-size: 0; max-block-size: var(--integration-scroll-size, 24em); margin-inline: -4px; overflow: auto; }
  li { padding: calc(var(--_gap) * 0.6) 4px; }
  li:nth-child(n + 30) { content-visibility: auto; contain-intrinsic-size: auto 3em; }
  .row:first-child { padding-block-start: 2px; }
  .row:last-child { padding-block-end: 2px; }
  li + li { border-block-start: 1px solid var(--_border); }
  .more { padding-block-start: calc(var(--_gap) * 0.5); }
`;

/**
 * Base of a renderer of rows: they scroll when there are many, with the keyboard too.
 * @template {{ kind: string }} Payload
 * @extends {ViewElement<Payload>}
 */
export class RowsElement extends ViewElement {
  static styles = [partStyles, rowStyles];
  static observedAttributes = ["label"];

  #sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollHeight > target.clientHeight) target.setAttribute("tabindex", "0");
      else target.removeAttribute("tabindex");
    }
  });

  disconnectedCallback() {
    this.#sizes.disconnect();
  }

  update() {
    super.update();
    const list = this.find("ul");
    if (list) this.#sizes.observe(list);
  }

  /**
   * @param {VNode[]} rows
   * @param {number | null | undefined} total
   * @param {Child} empty said when there are none
   */
  rows(rows, total, empty) {
    const more = (total ?? 0) - rows.length;
    const count = formatterOf(this).value(more);
    return [
      rows.length > 0 && h("ul::rows", { role: "list", "aria-label": this.getAttribute("label") ?? say("Rows") }, rows),
      more > 0 && h("p.muted::more", null, say("and {count} more", { count })),
      !(more > 0 || rows.length) && h("p.muted::empty", null, h("bdi", null, empty)),
    ];
  }
}
