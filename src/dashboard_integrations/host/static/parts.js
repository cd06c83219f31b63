/** Parts that several pages show. */

import { advice, h, sentence } from "./elements.js";

/**
 * @typedef {import("../../ui/elements/render.js").Child} Child
 * @typedef {import("../../ui/elements/types.js").ErrorBody} ErrorBody
 */

const ICONS = {
  add: "M10 4v12M4 10h12",
  edit: "M4 16l.8-3.4L13 4.4l2.6 2.6-8.2 8.2zM11.2 6.2l2.6 2.6",
  remove: "M4.5 6h11M8 6V4h4v2M6 6l.7 10h6.6L14 6M8.5 9v4.5M11.5 9v4.5",
  earlier: "M16 10H4M9 5l-5 5 5 5",
  later: "M4 10h12M11 5l5 5-5 5",
  narrower: "M3 4v12M17 4v12M5.5 10h3M14.5 10h-3M8 7.5L5.5 10 8 12.5",
  wider: "M3 4v12M17 4v12M5.5 10h9M8 7.5L5.5 10 8 12.5M12 7.5l2.5 2.5-2.5 2.5",
  shorter: "M4 3h12M4 17h12M10 12V6M7.5 8.5L10 6l2.5 2.5",
  taller: "M4 3h12M4 17h12M10 5.5v9M7.5 8L10 5.5 12.5 8M7.5 12l2.5 2.5 2.5-2.5",
  board: "M3 5h6v6H3zM12 9h5v6h-5zM11 5h4M13 3l2 2-2 2",
  grip: "M7.5 5v.01M12.5 5v.01M7.5 10v.01M12.5 10v.01M7.5 15v.01M12.5 15v.01",
};

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  return h(
    "svg",
    { viewBox: "0 0 20 20", "aria-hidden": "true", class: `icon-${name}` },
    h("path", { d: ICONS[name] }),
  );
}

/**
 * Show an error with the next step, and a button to try again where that can help.
 * @param {ErrorBody} error
 * @param {(() => void) | null} [retry]
 */
export function problem(error, retry) {
  return h(
    "div",
    { class: "problem card", role: "alert" },
    h("p", null, h("strong", null, sentence(error.message))),
    h("p", { class: "muted" }, advice(error)),
    retry && h("p", null, h("button", { type: "button", onclick: retry }, "Try again")),
  );
}

/**
 * Show that there is nothing, and what to do about it.
 * @param {string} title
 * @param {string} text
 * @param {...Child} actions
 */
export function empty(title, text, ...actions) {
  return h(
    "div",
    { class: "empty card" },
    h("h2", null, title),
    h("p", { class: "muted" }, text),
    h("p", null, ...actions),
  );
}

/**
 * Say something to who does not see it happen.
 * @param {string} text
 */
export function announce(text) {
  const announcer = /** @type {HTMLElement} */ (document.getElementById("announcer"));
  // The same text again is no change: a space that nobody hears makes it one.
  announcer.textContent = announcer.textContent === text ? `${text}\u00a0` : text;
}

/**
 * Return an address that a link may lead to, or `null`.
 * @param {unknown} url
 */
export function webAddress(url) {
  return typeof url === "string" && /^https?:\/\//i.test(url) ? url : null;
}
