/** The gallery: every element in every state, and controls for how to show them. */

import { configure } from "/api/integrations/ui/forms.js";
import { controls } from "./controls.js";
import { APP, cannedFetch, ERRORS, HOSTILE_SCHEMA, INTEGRATIONS, SCHEMA } from "./server.js";
import { ENDLESS_VIEWS, HOSTILE, MANY_VIEWS, STATES } from "./states.js";

configure({ fetch: cannedFetch });

/**
 * @typedef {{ name: string, make: () => HTMLElement, wide?: boolean }} Case
 * @typedef {{ id: string, title: string, cases: Case[] }} Section
 */

/**
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {Record<string, unknown>} [properties]
 */
function element(tag, attributes = {}, properties = {}) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return Object.assign(made, properties);
}

/** @param {string} name @param {string} tag @param {Record<string, string>} [attributes] @param {Record<string, unknown>} [properties] @returns {Case} */
const shown = (name, tag, attributes, properties) => ({ name, make: () => element(tag, attributes, properties) });

/** @param {string} name @param {Record<string, string>} attributes */
const widget = (name, attributes) => shown(name, "integration-widget", { app: "nas", heading: name, ...attributes });

const renderers = Object.entries(STATES).map(([kind, states]) => ({
  id: kind,
  title: `integration-${kind}`,
  cases: states.map(([name, payload]) => shown(name, `integration-${kind}`, {}, { payload })),
}));

const many = {
  id: "many",
  title: "Hundreds of each",
  cases: MANY_VIEWS.map((payload) => shown(payload.kind, `integration-${payload.kind}`, {}, { payload })),
};

const widgets = {
  id: "widget",
  title: "integration-widget",
  cases: [
    shown("Loading", "integration-widget", { heading: "Loading" }),
    widget("Waiting", { endpoint: "waiting" }),
    widget("Fresh", { endpoint: "fresh", href: "https://example.org/" }),
    widget("Stale, refreshing", { endpoint: "refreshing" }),
    widget("Stale, failing", { endpoint: "stale" }),
    widget("Stale, stopped", { endpoint: "stopped" }),
    widget("Unknown view", { endpoint: "unknown" }),
    widget("Long words", { endpoint: "long", heading: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" }),
    widget("Hostile", { endpoint: "hostile", heading: HOSTILE.join(" "), href: "javascript:alert(6)" }),
  ],
};

const errors = {
  id: "errors",
  title: "integration-widget: every error",
  cases: Object.keys(ERRORS).map((code) => widget(code, { endpoint: code })),
};

const icons = {
  id: "icon",
  title: "integration-icon",
  cases: ["transmission", "pi-hole", "", "日本", HOSTILE[0]].map((slug) =>
    shown(slug || "Nothing", "integration-icon", { slug, label: slug }),
  ),
};

/** @param {string} name @param {string} tag @param {Record<string, string>} [attributes] @param {Record<string, unknown>} [properties] @returns {Case} */
const wide = (name, tag, attributes, properties) => ({ ...shown(name, tag, attributes, properties), wide: true });

const forms = {
  id: "forms",
  title: "Forms",
  cases: [
    wide("Fields", "integration-config-fields", {}, { schema: SCHEMA }),
    wide(
      "Fields with what is stored",
      "integration-config-fields",
      {},
      { schema: SCHEMA, value: APP.config, secretsSet: ["password", "api_key"] },
    ),
    wide(
      "Fields with errors",
      "integration-config-fields",
      {},
      { schema: SCHEMA, errors: { url: "is not an address", level: "at most 9" } },
    ),
    wide("Hostile fields", "integration-config-fields", {}, { schema: HOSTILE_SCHEMA }),
    wide("Types", "integration-type-picker", {}, { integrations: INTEGRATIONS }),
    wide("A new app", "integration-app-form", {}, { integrations: INTEGRATIONS }),
    wide("An app", "integration-app-form", {}, { integrations: INTEGRATIONS, app: APP }),
    wide(
      "An app that cannot be used",
      "integration-app-form",
      {},
      {
        integrations: INTEGRATIONS,
        app: {
          ...APP,
          configError: {
            ...ERRORS["secret-unreadable"],
            code: "secret-unreadable",
            fields: {},
            details: {},
            retryAfter: null,
          },
        },
      },
    ),
    wide("A new widget", "integration-widget-form", { "apps-url": "/api/apps" }, { integrations: INTEGRATIONS }),
    wide(
      "A widget",
      "integration-widget-form",
      { "apps-url": "/api/apps" },
      {
        integrations: INTEGRATIONS,
        widget: { id: "w", title: "Memory", config: { appId: "nas", endpointId: "fresh", refreshInterval: 60 } },
      },
    ),
  ],
};

const endless = {
  id: "endless",
  title: "One word of 100 kB",
  cases: ENDLESS_VIEWS.map((payload) => shown(payload.kind, `integration-${payload.kind}`, {}, { payload })),
};

/** @type {Section[]} */
const sections = [...renderers, widgets, errors, icons, forms, many, endless];

/** @param {Section} section */
function draw({ id, title, cases }) {
  const heading = Object.assign(document.createElement("h2"), { textContent: title });
  const grid = Object.assign(document.createElement("div"), { className: "cases" });
  grid.append(
    ...cases.map(({ name, make, wide: isWide }) => {
      const caption = Object.assign(document.createElement("figcaption"), { textContent: name });
      const figure = Object.assign(document.createElement("figure"), { className: isWide ? "wide" : "" });
      const frame = Object.assign(document.createElement("div"), {
        className: id === "widget" || id === "errors" ? "" : "frame",
      });
      frame.append(make());
      figure.append(caption, frame);
      return figure;
    }),
  );
  const made = Object.assign(document.createElement("section"), { id });
  made.append(heading, grid);
  return made;
}

/** @param {URLSearchParams} query */
function show(query) {
  const wanted = query.get("section");
  const main = /** @type {HTMLElement} */ (document.getElementById("gallery"));
  main.replaceChildren(...sections.filter(({ id }) => !wanted || id === wanted).map(draw));
  if (query.has("overlay")) main.append(element("integration-alert-overlay", { severity: "warning" }));
}

function link(/** @type {Section} */ { id, title }) {
  const made = Object.assign(document.createElement("a"), { textContent: title.replace("integration-", "") });
  const query = new URLSearchParams(location.search);
  query.set("section", id);
  made.href = `?${query}`;
  return made;
}

controls(/** @type {HTMLFormElement} */ (document.getElementById("controls")));
/** @type {HTMLElement} */ (document.getElementById("sections")).append(...sections.map(link));
show(new URLSearchParams(location.search));
