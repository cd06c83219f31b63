/** The page of all apps. */

import { call, h, patch, sentence } from "./elements.js";
import { empty, problem, webAddress } from "./parts.js";
import { stateChip } from "./states.js";

/**
 * @typedef {import("../../ui/elements/types.js").App} App
 * @typedef {import("../../ui/elements/types.js").AppHealth} AppHealth
 * @typedef {import("../../ui/elements/types.js").IntegrationInfo} IntegrationInfo
 */

const root = /** @type {HTMLElement} */ (document.getElementById("apps"));

async function show() {
  const [apps, types, health] = await Promise.all([call("/api/apps"), call(""), call("health")]);
  root.setAttribute("aria-busy", "false");
  if (apps.error) {
    patch(root, problem(apps.error, show));
  } else if (!apps.data.length) {
    const link = h("a", { class: "button primary", href: "/apps/new" }, "Add app");
    patch(root, empty("No apps yet", "An app is a service you run: choose its kind, and give its address.", link));
  } else {
    patch(
      root,
      h(
        "ul",
        { class: "apps" },
        apps.data.map((/** @type {App} */ app) => row(app, types.data ?? [], health.data?.apps ?? [])),
      ),
    );
  }
}

/**
 * @param {App} app
 * @param {IntegrationInfo[]} types
 * @param {AppHealth[]} health
 */
function row(app, types, health) {
  const type = types.find(({ id }) => id === app.integrationType);
  const state = app.integrationEnabled ? health.find(({ appId }) => appId === app.id)?.state : "disabled";
  const url = webAddress(app.config.url);
  return h(
    "li",
    { key: app.id, class: "card" },
    h("integration-icon", { slug: type?.icon ?? app.integrationType, label: type?.name ?? app.name }),
    h(
      "div",
      { class: "about" },
      h("h2", null, h("a", { href: `/apps/${encodeURIComponent(app.id)}` }, h("bdi", null, app.name))),
      h("p", { class: "muted" }, type?.name ?? app.integrationType ?? "No integration", url && [" · ", service(url)]),
      app.configError && h("p", { class: "wrong" }, sentence(app.configError.message)),
    ),
    state && stateChip(state),
  );
}

/** @param {string} url */
function service(url) {
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, url);
}

await show();
