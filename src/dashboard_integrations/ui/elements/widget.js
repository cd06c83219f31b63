/** `<integration-widget>`: live data of one endpoint, kept fresh, with its state in plain sight. */

import { advice, sentence } from "./advice.js";
import { css, IntegrationElement, IntegrationEvent } from "./base.js";
import { call } from "./client.js";
import { formatterOf } from "./format.js";
import { describe, pageScheduler } from "./page.js";
import { leadTo } from "./parts.js";
import { h } from "./render.js";
import { rendererFor } from "./renderers.js";
import { statusMark } from "./status.js";
import { say } from "./text.js";
import { everySecond } from "./ticker.js";

/**
 * @typedef {import("./types.js").Envelope<import("./types.js").EndpointData>} Envelope
 * @typedef {import("./types.js").ErrorBody} ErrorBody
 */

const styles = css`
  :host { container-type: inline-size; }
  article {
    display: grid; grid-template-rows: auto 1fr auto; gap: var(--_gap); block-size: 100%; padding: calc(var(--_gap) * 1.25);
    border: 1px solid var(--_border); border-radius: var(--_radius); background: var(--_surface);
  }
  header, .problem { display: flex; gap: 0.6em; align-items: center; }
  header > div, .problem > div { flex: 1; }
  h3, .app { overflow: hidden; text-align: match-parent; text-overflow: ellipsis; white-space: nowrap; }
  h3 { font-size: 0.95em; font-weight: 600; }
  h3 a { color: inherit; text-decoration: none; }
  h3 a:hover { text-decoration: underline; }
  .badge {
    flex: none; padding: 0.1em 0.6em; border: 1px solid; border-radius: 1em; color: var(--_warning); font-size: 0.75em;
    white-space: nowrap; font-variant-numeric: tabular-nums;
  }
  .content { min-block-size: 0; }
  .problem { align-items: start; font-size: 0.85em; }
  .problem > div { unicode-bidi: plaintext; }
  .message { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 6; overflow: hidden; }
  .advice, .fallback { color: var(--_muted); }
  button[aria-disabled="true"] { cursor: progress; }
  .skeleton { display: grid; gap: 0.6em; align-content: start; }
  i { block-size: 0.9em; border-radius: 0.45em; background: var(--_track); animation: breathe 1.6s infinite alternate; }
  i:first-of-type { inline-size: 45%; block-size: 1.8em; }
  i:last-child { inline-size: 70%; }
  @keyframes breathe { to { opacity: 0.45; } }
  @media (prefers-reduced-motion: reduce) { i { animation: none; } }
  @container (max-width: 240px) {
    header { flex-wrap: wrap; }
    .problem { flex-direction: column; }
  }
`;

export class WidgetElement extends IntegrationElement {
  static styles = [styles];
  static observedAttributes = ["app", "endpoint", "parameters", "refresh-interval", "heading", "href", "icon"];

  /** @type {ReturnType<ReturnType<typeof pageScheduler>["watch"]> | null} */
  #watch = null;
  /** @type {Envelope | null} the last answer */
  #envelope = null;
  /** @type {Envelope | null} the last answer with data */
  #content = null;
  #arrived = 0;
  #retrying = false;
  /** @type {import("./page.js").Description | null} */
  #names = null;
  /** @type {(() => void) | null} */
  #stopClock = null;

  /** The last answer as it came. */
  get envelope() {
    return this.#envelope;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#begin();
  }

  disconnectedCallback() {
    this.#end();
  }

  /**
   * @param {string} name
   * @param {string | null} before
   * @param {string | null} value
   */
  attributeChangedCallback(name, before, value) {
    super.attributeChangedCallback(name, before, value);
    if (before === value || !this.isConnected) return;
    if (["app", "endpoint", "parameters"].includes(name)) this.#forget();
    if (!["heading", "href", "icon"].includes(name)) this.#begin();
  }

  /** Ask for data now. */
  refresh() {
    this.#watch?.refresh();
  }

  /** Try again as a person who does not want to wait: the service is called even while it is backed off from. */
  async retry() {
    if (this.#retrying) return;
    this.#retrying = true;
    this.requestUpdate();
    await call(`${encodeURIComponent(this.getAttribute("app") ?? "")}/retry`, { method: "POST", body: {} });
    this.refresh();
  }

  #begin() {
    this.#end();
    const appId = this.getAttribute("app");
    const endpointId = this.getAttribute("endpoint");
    if (!appId || !endpointId) return;
    const interval = Number(this.getAttribute("refresh-interval")) || null;
    const request = { appId, endpointId, parameters: parsed(this.getAttribute("parameters")) };
    this.#watch = pageScheduler().watch(request, {
      interval,
      deliver: (envelope, arrived) => this.#receive(envelope, arrived),
    });
    this.#name(appId, endpointId);
  }

  #end() {
    this.#watch?.stop();
    this.#watch = null;
    this.#count(false);
  }

  #forget() {
    this.#envelope = this.#content = this.#names = null;
  }

  /**
   * @param {string} appId
   * @param {string} endpointId
   */
  async #name(appId, endpointId) {
    const names = await describe(appId, endpointId);
    if (this.getAttribute("app") !== appId || this.getAttribute("endpoint") !== endpointId) return;
    this.#names = names;
    this.requestUpdate();
  }

  /**
   * @param {Envelope} envelope
   * @param {number} arrived
   */
  #receive(envelope, arrived) {
    this.#retrying = false;
    this.#envelope = envelope;
    if (envelope.success) {
      this.#content = envelope;
      this.#arrived = arrived;
    }
    this.#count(Boolean(this.#content && this.#isOld()));
    this.requestUpdate();
    this.dispatchEvent(new IntegrationEvent("update", { envelope }));
  }

  /** @param {boolean} on */
  #count(on) {
    this.#stopClock?.();
    this.#stopClock = on ? everySecond(() => this.requestUpdate()) : null;
  }

  #isOld() {
    return this.#content !== this.#envelope || Boolean(this.#content?.meta.stale);
  }

  render() {
    const heading = this.getAttribute("heading") || this.#names?.endpointName || this.getAttribute("endpoint") || "";
    const error = this.#envelope?.error ?? this.#envelope?.meta.refreshError;
    const problem = error && error.reason !== "pending" && this.#problem(error);
    return h(
      "article::widget",
      { "aria-label": heading, "aria-busy": String(!this.#envelope) },
      this.#header(heading),
      h("div::content", null, this.#content ? this.#view(this.#content, heading) : problem || this.#skeleton()),
      this.#content && problem,
    );
  }

  /** @param {string} heading */
  #header(heading) {
    const { appName = "", icon, description } = this.#names ?? {};
    const slug = this.getAttribute("icon") || icon;
    const link = leadTo(this.getAttribute("href"));
    return h(
      "header::header",
      null,
      h("integration-icon::icon", { slug, label: appName || heading }),
      h(
        "div",
        null,
        h("h3::heading", { dir: "auto", title: description || null }, link ? h("a", link, heading) : heading),
        appName && h("p.muted::app", { dir: "auto" }, appName),
      ),
      this.#content && this.#isOld() && h("span::badge", null, say("Stale · {age}", { age: this.#age() })),
    );
  }

  #age() {
    const seconds = (this.#content?.meta.age ?? 0) + (performance.now() - this.#arrived) / 1000;
    return formatterOf(this).ago(seconds);
  }

  #skeleton() {
    const waits = this.#envelope
      ? h("p::fallback", null, say("Waiting for the first answer …"))
      : h("span.hidden-text", null, say("Loading"));
    return h("div::skeleton", null, waits, h("i"), h("i"), h("i"));
  }

  /**
   * @param {Envelope} content
   * @param {string} label
   */
  #view({ data }, label) {
    const { payload, view } = /** @type {NonNullable<Envelope["data"]>} */ (data);
    const kind = payload?.kind ?? view;
    const tag = rendererFor(kind);
    if (tag) return h(`${tag}::view`, { key: tag, label, ".payload": payload });
    const words = "This page cannot show “{kind}” yet. A newer version may.";
    return h("p::fallback", null, say(words, { kind }));
  }

  /** @param {ErrorBody} problem */
  #problem(problem) {
    const message = sentence(problem.message);
    return h(
      "div::problem",
      null,
      statusMark(this.#content ? "warning" : "critical"),
      h("div", null, h("p::message", { title: message }, message), h("p::advice", null, advice(problem))),
      h(
        "button::retry",
        { type: "button", "aria-disabled": String(this.#retrying), onclick: () => this.retry() },
        say(this.#retrying ? "Retrying …" : "Retry"),
      ),
    );
  }
}

/** @param {string | null} json */
function parsed(json) {
  try {
    return json ? JSON.parse(json) : {};
  } catch {
    return {};
  }
}
