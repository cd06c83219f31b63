/** `<integration-widget-form>`: which data of which app a widget shows, with a preview. */

/** @import { App } from "./types.js" */

import { css } from "./base.js";
import { call } from "./client.js";
import { FormElement } from "./form-parts.js";
import { formatterOf } from "./format.js";
import { h } from "./render.js";
import { say } from "./text.js";

const styles = css`
  form { grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); align-items: start; }
`;

/** What views are called where that is not their name. @type {Record<string, string>} */
const VIEWS = { "stat-card": "numbers", "alert-banner": "alerts" };
const NONE = "There is no app to show anything of: add one first.";
const TTL = "5 or more; left empty, as often as there may be news: every {ttl}.";

export class WidgetFormElement extends FormElement {
  static styles = [...FormElement.styles, styles];

  /** @type {any} */
  #widget = null;
  /** @type {App[] | null} */
  #apps = null;
  draft = { appId: "", endpointId: "", title: "", refreshInterval: "" };
  #preview = this.draft;
  #timer = 0;

  get widget() {
    return this.#widget;
  }

  set widget(widget) {
    this.#widget = widget;
    const { appId = "", endpointId = "", refreshInterval } = widget?.config ?? {};
    this.draft = { appId, endpointId, title: widget?.title ?? "", refreshInterval: String(refreshInterval ?? "") };
    this.changed();
  }

  get apps() {
    return this.#apps ?? [];
  }

  set apps(apps) {
    this.#apps = apps;
    this.requestUpdate();
  }

  connectedCallback() {
    super.connectedCallback();
    this.load();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  async load() {
    const url = this.getAttribute("apps-url");
    const types = super.load();
    if (url && !this.#apps) {
      const { data, error } = await call(url);
      this.apps = data ?? [];
      this.error ??= error;
    }
    await types;
  }

  render() {
    const { appId, endpointId } = this.draft;
    const apps = this.apps.filter((app) => this.#endpoints(app).length);
    const endpoints = this.#endpoints(apps.find(({ id }) => id === appId));
    const endpoint = endpoints.find(({ id }) => id === endpointId);
    const ttl = endpoint && formatterOf(this).duration(endpoint.ttl);
    return h(
      "form::form",
      { onsubmit: this.#submit },
      h(
        "div.stack",
        null,
        this.#apps && !this.isLoading && !apps.length && h("p", null, say(NONE)),
        this.#select(
          "appId",
          say("App"),
          apps.map((app) => [
            app.id,
            app.integrationEnabled ? app.name : say("{name} (switched off)", { name: app.name }),
          ]),
        ),
        this.#select(
          "endpointId",
          say("What to show"),
          endpoints.map(({ id, name, view }) => [id, `${name} (${say(VIEWS[view] ?? view)})`]),
          endpoint?.description,
        ),
        this.row("title", say("Title"), { placeholder: endpoint?.name, maxlength: 200 }),
        this.row(
          "refreshInterval",
          say("Seconds between refreshes"),
          { type: "number", min: 5, max: 86_400, placeholder: endpoint?.ttl },
          ttl && say(TTL, { ttl }),
        ),
        this.problem(),
        this.buttons("widget"),
      ),
      h(
        "div.field::preview",
        { role: "group", "aria-labelledby": "preview" },
        h("strong", { id: "preview" }, say("Preview")),
        this.#shown(),
      ),
    );
  }

  #shown() {
    const { appId, endpointId, title, refreshInterval } = this.#preview;
    return (
      endpointId &&
      h("integration-widget", {
        key: `${appId} ${endpointId}`,
        app: appId,
        endpoint: endpointId,
        heading: title || null,
        "refresh-interval": refreshInterval || null,
      })
    );
  }

  /** @param {App | undefined} app */
  #endpoints(app) {
    return this.integrations.find(({ id }) => id === app?.integrationType)?.endpoints ?? [];
  }

  /**
   * @param {"appId" | "endpointId"} id
   * @param {string} label
   * @param {[string, string][]} choices
   * @param {string} [help]
   */
  #select(id, label, choices, help) {
    const options = [["", say("Choose …")], ...choices].map(([value, label]) =>
      h("option", { key: value, value, ".selected": value === this.draft[id] }, label),
    );
    return this.row(id, label, { required: true }, help, "select", options);
  }

  /** @param {string} [id] */
  changed(id) {
    if (id === "appId") this.draft.endpointId = "";
    this.requestUpdate();
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      this.#preview = this.draft;
      this.requestUpdate();
    }, 300);
  }

  #submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const { appId, endpointId, title, refreshInterval } = this.draft;
    const config = { appId, endpointId, ...(refreshInterval && { refreshInterval: Number(refreshInterval) }) };
    this.save("widget", this.#widget?.id, { title: title.trim(), config });
  };
}
