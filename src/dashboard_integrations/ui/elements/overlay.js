/** `<integration-alert-overlay>`: the alerts of all apps that should not wait, over any page, out of the way. */

import { sentence } from "./advice.js";
import { css, IntegrationElement } from "./base.js";
import { call } from "./client.js";
import { formatterOf } from "./format.js";
import { dotted, leadTo } from "./parts.js";
import { h } from "./render.js";
import { SEVERITIES, statusColor, statusMark } from "./status.js";
import { say } from "./text.js";
import { Ticker } from "./ticker.js";

/** @typedef {import("./types.js").ActiveAlert} ActiveAlert */

const STORE = "integration-dismissed-alerts";

const styles = css`
  :host {
    position: fixed; z-index: var(--integration-overlay-layer, 1000); inset-inline-end: 1rem; inset-block-end: 1rem;
    inline-size: min(24rem, calc(100vw - 2rem)); pointer-events: none;
  }
  :host([data-edge="start"]) { inset-block: 1rem auto; }
  ul { display: grid; gap: 0.6rem; }
  li, .chip {
    display: flex; gap: 0.7em; align-items: start; padding: 0.8em 1em; border: 1px solid var(--_border);
    border-radius: var(--_radius); background: var(--_surface); box-shadow: 0 4px 18px rgb(0 0 0 / 18%);
  }
  li { border-inline-start: 4px solid var(--_fill); }
  .body { flex: 1; unicode-bidi: plaintext; }
  .title { font-weight: 600; }
  .message { max-block-size: 6em; overflow: auto; font-size: 0.9em; }
  li, button { pointer-events: auto; }
  button { font-size: 0.85em; }
  .chip, .more { margin-inline-start: auto; }
  .more { display: block; margin-block-start: 0.6rem; }
`;

export class AlertOverlayElement extends IntegrationElement {
  static styles = [styles];
  static observedAttributes = ["severity", "refresh-interval"];

  /** @type {ActiveAlert[]} */
  #alerts = [];
  #all = false;
  #collapsed = false;
  #ticker = new Ticker(() => this.refresh());
  /** @type {AbortController | null} */
  #leaving = null;

  connectedCallback() {
    super.connectedCallback();
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    for (const type of ["focusin", "scroll", "resize"]) {
      window.addEventListener(type, () => this.#makeWay(), { signal, capture: true, passive: true });
    }
    this.refresh();
  }

  disconnectedCallback() {
    this.#leaving?.abort();
    this.#ticker.stop();
  }

  /** Ask for the alerts now. */
  async refresh() {
    const { signal } = /** @type {AbortController} */ (this.#leaving);
    const envelope = await call("alerts", { signal }).catch(() => null);
    if (signal.aborted) return;
    if (envelope?.success) this.#alerts = envelope.data;
    const seconds = Number(this.getAttribute("refresh-interval")) || 30;
    this.#ticker.at(performance.now() + Math.max(seconds, 5) * 1000);
    this.requestUpdate();
  }

  update() {
    super.update();
    this.#makeWay();
  }

  render() {
    const least = SEVERITIES.indexOf(this.getAttribute("severity") ?? "critical");
    const gone = dismissed();
    const wanted = this.#alerts.filter(
      (alert) => SEVERITIES.indexOf(alert.severity) >= least && !gone.includes(mark(alert)),
    );
    const shown = this.#all ? wanted : wanted.slice(0, matchMedia("(max-width: 480px)").matches ? 1 : 3);
    const isFolded = this.#collapsed;
    const count = wanted.length;
    const onkeydown = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && this.#fold(true, ".chip");
    return h(
      "section",
      { "aria-label": say("Alerts"), hidden: !count, onkeydown },
      isFolded &&
        h(
          "button::chip",
          { "aria-expanded": "false", onclick: () => this.#fold(false) },
          statusMark(wanted[0]?.severity ?? "info"),
          say("{count} alerts: show", { count }),
        ),
      h(
        "ul::alerts",
        { "aria-live": "polite", "aria-relevant": "additions text", hidden: isFolded },
        shown.map((alert) => this.#card(alert)),
      ),
      !isFolded &&
        shown.length < count &&
        h("button::more", { onclick: () => this.#showAll() }, say("Show all {count} alerts", { count })),
    );
  }

  /** @param {ActiveAlert} alert */
  #card(alert) {
    const { id, severity, title, message, since, appName } = alert;
    const time = since && say("since {time}", { time: formatterOf(this).time(since) });
    const link = leadTo(alert.link);
    return h(
      `li::alert ${severity}`,
      { key: id, style: { "--_fill": statusColor(severity) } },
      statusMark(severity),
      h(
        "div.body",
        null,
        h("p::title", null, title),
        message && h("p::message", null, sentence(message)),
        h("p.muted", null, dotted([appName, time, link && h("a", link, say("Open"))])),
      ),
      h(
        "button::dismiss",
        { "aria-label": say("Dismiss: {title}", { title }), onclick: () => this.#dismiss(alert) },
        say("Dismiss"),
      ),
    );
  }

  /** @param {ActiveAlert} alert */
  #dismiss(alert) {
    const marks = this.#alerts.map(mark);
    const kept = dismissed().filter((item) => marks.includes(item));
    try {
      localStorage.setItem(STORE, JSON.stringify([...kept, mark(alert)]));
    } catch {
      // without storage it comes back with the next page
    }
    this.#alerts = this.#alerts.filter((other) => other !== alert);
    this.#fold(false);
  }

  #showAll() {
    this.#all = true;
    this.#fold(false);
  }

  /**
   * @param {boolean} isFolded
   * @param {string} [focused]
   */
  #fold(isFolded, focused = "li button") {
    this.#collapsed = isFolded;
    this.update();
    this.find(focused)?.focus();
  }

  /** Stand where the focused control is not: below, above, or folded up. */
  #makeWay() {
    const focused = document.activeElement;
    if (!focused || focused === document.body || focused === this) return;
    const control = focused.getBoundingClientRect();
    for (const edge of ["end", "start"]) {
      this.dataset.edge = edge;
      if (!overlap(control, this.getBoundingClientRect())) return;
    }
    if (this.#collapsed || !this.#alerts.length) return;
    this.dataset.edge = "end";
    this.#collapsed = true;
    this.update();
  }
}

/**
 * Name the alert as it is now: when it changes, it is worth a look again.
 * @param {ActiveAlert} alert
 */
const mark = ({ id, severity, title, since }) => JSON.stringify([id, severity, title, since]);

/** @returns {string[]} */
function dismissed() {
  try {
    return [...JSON.parse(localStorage.getItem(STORE) ?? "[]")];
  } catch {
    return [];
  }
}

/**
 * @param {DOMRect} a
 * @param {DOMRect} b
 */
const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
