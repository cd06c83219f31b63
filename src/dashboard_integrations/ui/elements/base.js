/** What all elements share: a shadow root, styles that hold under a strict policy, rendering once per change and in slices. */

import { patch } from "./render.js";
import { say } from "./text.js";

/**
 * Make a style sheet that needs no `style` element, so that `style-src` may stay closed.
 * @param {TemplateStringsArray} texts
 * @param {...string} values
 */
export function css(texts, ...values) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(String.raw({ raw: texts }, ...values));
  return sheet;
}

const COLORS = {
  text: "#1a1f29, #e9edf4",
  muted: "#5b6472, #a3adbd",
  surface: "#fff, #1a1f29",
  raised: "#f3f5f9, #242b38",
  border: "#dde2ea, #333c4c",
  accent: "#2457b8, #8bb0f8",
  "on-accent": "#fff, #10182a",
  track: "#e4e8ef, #313a4a",
  ok: "#1a7a42, #6fd39a",
  warning: "#8f5a00, #f0bf62",
  critical: "#b8271d, #ff9d94",
  info: "#2457b8, #8bb0f8",
  unknown: "#5b6472, #a3adbd",
};

// Private names (`--_…`) stand for the public ones with their fallbacks: `light-dark()` follows the page's own
// `color-scheme`, so that elements on a page that is always light stay light.
const colors = Object.entries(COLORS).map(
  ([name, pair]) => `--_${name}: var(--integration-${name}, light-dark(${pair}));`,
);

const shared = css`
  :host {
    ${colors.join("")}
    --_radius: var(--integration-radius, 10px);
    --_gap: calc(12px * var(--integration-density, 1));
    display: block;
    box-sizing: border-box;
    min-inline-size: 0;
    color: var(--_text);
    font-family: var(--integration-font, inherit);
    line-height: 1.4;
    overflow-wrap: anywhere;
  }
  :host([hidden]), [hidden] { display: none !important; }
  *, ::before, ::after { box-sizing: border-box; min-inline-size: 0; }
  .hidden-text {
    position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%);
    white-space: nowrap;
  }
  .muted { color: var(--_muted); font-size: 0.8em; }
  a { color: var(--_accent); text-underline-offset: 0.15em; }
  button {
    flex: none; padding: 0.35em 0.9em; border: 1px solid var(--_border); border-radius: calc(var(--_radius) * 0.6);
    background: var(--_raised); color: inherit; font: inherit; cursor: pointer;
  }
  button:hover { border-color: currentColor; }
  [aria-disabled="true"], :disabled { opacity: 0.6; cursor: default; }
  :focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; }
  ul, ol, dl, dd, p, h2, h3, figure { margin: 0; padding: 0; }
  ul, ol { list-style: none; }
  @media (prefers-contrast: more) { :host { --_muted: var(--_text); --_border: currentColor; } }
  @media (forced-colors: active) { :host { --_accent: LinkText; --_border: CanvasText; --_track: GrayText; } }
`;

/** How many milliseconds elements are rendered for, before the page may draw and listen. */
const SLICE = 8;

/** Those that are to be rendered. @type {Set<IntegrationElement>} */
const waiting = new Set();

function renderSome() {
  const end = performance.now() + SLICE;
  for (const element of waiting) {
    waiting.delete(element);
    try {
      if (element.isConnected) element.update();
    } catch (error) {
      reportError(error); // the others are drawn all the same
    }
    if (performance.now() > end) {
      setTimeout(renderSome);
      return;
    }
  }
}

/** What an element tells the page; `more` are its properties. */
export class IntegrationEvent extends Event {
  /**
   * @param {string} name
   * @param {object} more
   */
  constructor(name, more) {
    super(`integration-${name}`, { bubbles: true, composed: true, cancelable: true });
    Object.assign(this, more);
  }
}

/** Base of every element. A subclass says what to show in `render()`; `styles` are sheets of its own. */
export class IntegrationElement extends HTMLElement {
  /** @type {CSSStyleSheet[]} */
  static styles = [];
  /** @type {ShadowRootInit} */
  static shadow = { mode: "open" };

  constructor() {
    super();
    const own = /** @type {typeof IntegrationElement} */ (this.constructor);
    this.attachShadow(own.shadow).adoptedStyleSheets = [shared, ...own.styles];
  }

  connectedCallback() {
    this.requestUpdate();
  }

  /**
   * @param {string} _name
   * @param {string | null} _before
   * @param {string | null} _value
   */
  attributeChangedCallback(_name, _before, _value) {
    this.requestUpdate();
  }

  /** Render soon; however often it is asked for until then, once. */
  requestUpdate() {
    if (!waiting.size) queueMicrotask(renderSome);
    waiting.add(this);
  }

  /** Render now. */
  update() {
    patch(/** @type {ShadowRoot} */ (this.shadowRoot), this.render());
  }

  /** @returns {import("./render.js").Child} */
  render() {
    return null;
  }

  /**
   * Return the first element in the shadow that matches.
   * @param {string} selector
   * @returns {any}
   */
  find(selector) {
    return this.shadowRoot?.querySelector(selector);
  }
}

/**
 * Base of a renderer: an element with a `payload`, the view as the data route returns it.
 * @template {{ kind: string }} Payload
 */
export class ViewElement extends IntegrationElement {
  /** @type {Payload | null} */
  #payload = null;

  /** @returns {Payload | null} */
  get payload() {
    return this.#payload;
  }

  set payload(payload) {
    this.#payload = payload;
    this.requestUpdate();
  }

  render() {
    try {
      return this.#payload && this.view(this.#payload);
    } catch (error) {
      console.warn(this.localName, error); // one odd payload is no reason to lose the page
      return say("This could not be drawn.");
    }
  }

  /**
   * @param {Payload} _payload
   * @returns {import("./render.js").Child}
   */
  view(_payload) {
    return null;
  }
}

/**
 * Define an element, unless the page (or another copy of this library) has done so.
 * @param {string} name
 * @param {CustomElementConstructor} element
 */
export function define(name, element) {
  if (!customElements.get(name)) customElements.define(name, element);
}
