/** `<integration-app-form>`: add or change an app; test the connection before it is saved. */

/** @import { ConfigFieldsElement } from "./config-fields.js" */
/** @import { App, ErrorBody, IntegrationInfo } from "./types.js" */

import { css } from "./base.js";
import { certificateDialog } from "./certificate.js";
import { call } from "./client.js";
import { button, FormElement, facts, tell } from "./form-parts.js";
import { formatterOf } from "./format.js";
import { h } from "./render.js";
import { say } from "./text.js";

const styles = css`
  header { display: flex; flex-wrap: wrap; gap: 0.8em; align-items: center; }
  header div { flex: 1 1 10em; }
  dialog {
    max-inline-size: min(40rem, 100% - 2rem); border: 1px solid var(--_border); border-radius: var(--_radius);
    background: var(--_surface); color: inherit;
  }
  ::backdrop { background: rgb(0 0 0 / 50%); }
`;

const MISSING = "The integration “{id}” cannot be used here: its settings are kept as they are.";
const MOVED = "The address leads to another server: type the secrets again.";

export class AppFormElement extends FormElement {
  static styles = [...FormElement.styles, styles];

  /** @type {App | null} */
  #app = null;
  #type = "";
  draft = { name: "", enabled: true };
  /** @type {(import("./types.js").JsonSchema | null)[]} */
  #schemas = [];
  /** @type {any} */
  #report = null;
  /** @type {Record<string, string>} */
  #wrong = {};
  /** @type {AbortController | null} */
  #testing = null;

  get app() {
    return this.#app;
  }

  set app(app) {
    this.#app = app ?? null;
    this.draft = { name: app?.name ?? "", enabled: app?.integrationEnabled ?? true };
    this.#choose(app?.integrationType ?? "");
    this.error = app?.configError ?? null;
  }

  arrived() {
    this.#choose(this.#type);
  }

  /** @param {ErrorBody | null} error */
  refused(error) {
    if (error) this.#report = null;
    const isOwn = error?.code === "invalid-request";
    this.#wrong = (!isOwn && error?.fields) || {};
    if (!error || !this.isConnected) return;
    this.update();
    if (isOwn) this.#name?.focus();
    else if (Object.keys(this.#wrong).length) this.#fields?.focusError();
    if (this.#refused) this.#show();
  }

  connectedCallback() {
    super.connectedCallback();
    this.load();
  }

  disconnectedCallback() {
    this.#testing?.abort();
  }

  /** @returns {ConfigFieldsElement | null} */
  get #fields() {
    return this.find("integration-config-fields");
  }

  /** @returns {HTMLInputElement | null} */
  get #name() {
    return this.find("#name");
  }

  /** The error about a certificate that can be trusted by its fingerprint. */
  get #refused() {
    const { error } = this;
    return error?.code === "tls-untrusted" && error.details.sha256 ? error : null;
  }

  /** @param {string} id */
  #choose(id) {
    this.#testing?.abort();
    this.#type = id;
    const info = this.#info;
    this.#schemas = info ? [info.authConfigSchema, info.extraConfigSchema] : [];
    this.draft.name ||= info?.name ?? "";
    this.requestUpdate();
  }

  get #info() {
    return this.integrations.find(({ id }) => id === this.#type);
  }

  render() {
    if (this.isLoading) return h("p.muted", null, say("Loading …"));
    return this.#type ? this.#form(this.#info) : this.#types();
  }

  #types() {
    const { integrations } = this;
    const none = "No integration is installed. Install a package that offers some, then start the dashboard again.";
    const picker = { ".integrations": integrations, "onintegration-type-change": this.#picked };
    return h(
      "div.stack",
      null,
      h("h2", null, say("Which service do you run?")),
      this.problem(),
      integrations.length
        ? h("integration-type-picker", { exportparts: "search, type", ...picker })
        : !this.error && h("p", null, say(none)),
      h("div.buttons", null, this.cancel("app")),
    );
  }

  /** @param {IntegrationInfo | undefined} info */
  #form(info) {
    const app = this.#app;
    const refused = this.#refused;
    const test = info && button(say(this.#testing ? "Stop the test" : "Test connection"), this.#test);
    const remove = app && button(say("Delete …"), () => tell(this, "app-delete", app), { class: "danger" });
    return h(
      "div",
      null,
      h(
        "form::form",
        { novalidate: true, onsubmit: this.#submit },
        this.#header(info),
        this.row("name", say("Name"), { required: true, maxlength: 200 }),
        info ? this.#settings() : h("p", null, say(MISSING, { id: this.#type })),
        this.row("enabled", say("Switched on"), { type: "checkbox" }),
        h("p", { role: "status" }, this.#fields?.moved && say(MOVED)),
        this.problem(refused && h("div", null, button(say("Look at the certificate"), this.#show))),
        this.#outcome(),
        this.buttons("app", test, remove),
      ),
      refused && certificateDialog(refused, formatterOf(this), this.#trust, this.#close),
    );
  }

  /** @param {IntegrationInfo | undefined} info */
  #header(info) {
    const { name = "", icon = this.#type, description } = info ?? {};
    return h(
      "header",
      null,
      h("integration-icon", { slug: icon, label: name }),
      h("div", null, h("h2", null, this.#app?.name ?? say("Add {name}", { name })), h("p.muted", null, description)),
      !this.#app && button(say("Choose another"), () => this.#picked({ value: "" })),
    );
  }

  #settings() {
    return h("integration-config-fields", {
      key: this.#type,
      exportparts: "field, label, control, help, error, stored, group, common, button",
      ".schemas": this.#schemas,
      ".value": this.#app?.config,
      ".secretsSet": this.#app?.secretsSet,
      ".errors": this.#wrong,
      "onintegration-config-change": this.#edited,
    });
  }

  #outcome() {
    const report = this.#report;
    return h(
      `div${report ? ".box.ok" : ""}::outcome`,
      { role: "status", key: "outcome" },
      this.#testing && [h("progress", { "aria-hidden": "true" }), " ", say("Testing the connection …")],
      report && [
        h("strong", null, "✓ ", say("The connection works.")),
        facts([[say("Version"), report.version], [say("Account"), report.account], ...Object.entries(report.details)]),
      ],
    );
  }

  #picked = (/** @type {{ value: string }} */ { value }) => {
    if (this.integrations.some(({ name }) => name === this.draft.name)) this.draft.name = "";
    this.#report = null;
    this.error = null;
    this.#choose(value);
    this.update();
    this.#name?.focus();
  };

  #edited = () => {
    this.#report = null;
    this.requestUpdate();
  };

  #test = async () => {
    const fields = this.#fields;
    if (this.#testing) return this.#testing.abort();
    if (!fields?.reportValidity()) return;
    this.#testing = new AbortController();
    const { signal } = this.#testing;
    this.#report = null;
    this.error = null;
    const body = { appId: this.#app?.id, integrationType: this.#type, config: fields.value };
    try {
      const { data, error } = await call("test", { method: "POST", body, signal });
      this.#report = data;
      this.error = error;
    } catch {
      // stopped
    }
    this.#testing = null;
    this.requestUpdate();
  };

  #submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const fields = this.#fields;
    if (!this.#name?.reportValidity() || fields?.reportValidity() === false) return;
    const { name, enabled } = this.draft;
    const config = fields && { integrationType: this.#type, config: fields.value };
    this.save("app", this.#app?.id, { name, integrationEnabled: enabled, ...config });
  };

  #show = () => this.find("dialog").showModal();

  #close = () => this.find("dialog").close();

  #trust = (/** @type {string} */ sha256) => {
    this.#close();
    this.#fields?.fill({ certificate_sha256: sha256 });
    this.#test();
  };
}
