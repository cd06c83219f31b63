/** The page that says how apps and plugins are, and goes on saying it. */

import { call, formatterOf, h, patch, sentence } from "./elements.js";
import { announce, empty, problem } from "./parts.js";
import { stateChip } from "./states.js";

/**
 * @typedef {import("../../ui/elements/render.js").Child} Child
 * @typedef {import("../../ui/elements/types.js").AppHealth} AppHealth
 * @typedef {import("../../ui/elements/types.js").IntegrationInfo} IntegrationInfo
 * @typedef {{ id: string, state: string, distribution: string | null, version: string | null, reason: string | null }} PluginHealth
 */

const EVERY = 10_000;
const root = /** @type {HTMLElement} */ (document.getElementById("health"));
const format = formatterOf(root);
/** @type {import("../../ui/elements/types.js").Envelope<{ apps: AppHealth[], plugins: PluginHealth[] }> | null} */
let health = null;
const retrying = new Set();

async function load() {
  if (document.hidden) return;
  health = await call("health");
  render();
}

function render() {
  if (!health) return;
  root.setAttribute("aria-busy", "false");
  const { data, error } = health;
  patch(root, data ? [apps(data.apps), plugins(data.plugins)] : error && problem(error, load));
}

/** @param {AppHealth[]} rows */
function apps(rows) {
  const link = h("a", { class: "button primary", href: "/apps/new" }, "Add app");
  return h(
    "section",
    null,
    h("h2", { id: "apps" }, "Apps"),
    rows.length
      ? table(
          "apps",
          ["App", "State", "Last success", "Last error", "Latency", "Calls", "From cache", "Next refresh", ""],
          rows.map(appRow),
        )
      : empty("No apps yet", "How they are is told here once there are some.", link),
  );
}

/** @param {AppHealth} app */
function appRow(app) {
  const isRetrying = retrying.has(app.appId);
  const name = h("a", { href: `/apps/${encodeURIComponent(app.appId)}` }, h("bdi", null, app.name));
  const cells = [
    stateChip(app.state),
    moment(app.lastSuccess),
    lastError(app),
    app.latency == null ? "–" : format.value(app.latency * 1000, "ms"),
    format.value(app.calls, null),
    format.value(app.cacheHits, null),
    app.nextRefresh && Date.parse(app.nextRefresh) < Date.now() ? "Due" : moment(app.nextRefresh),
    app.state !== "disabled" &&
      app.state !== "unknown-integration" &&
      h(
        "button",
        {
          type: "button",
          "aria-label": `Retry ${app.name}`,
          "aria-disabled": isRetrying && "true",
          onclick: () => retry(app),
        },
        isRetrying ? "Retrying …" : "Retry",
      ),
  ];
  return row(app.appId, name, cells);
}

/** @param {AppHealth} app */
function lastError({ lastError: error, lastFailure }) {
  if (!error) return "–";
  return h(
    "div",
    { class: "reason" },
    h("p", null, sentence(error.message)),
    h("p", { class: "muted" }, error.code, lastFailure && [" · ", moment(lastFailure)]),
  );
}

/** @param {PluginHealth[]} rows */
function plugins(rows) {
  return h(
    "section",
    null,
    h("h2", { id: "plugins" }, "Plugins"),
    rows.length
      ? table(
          "plugins",
          ["Integration", "State", "Package", "Version", "Reason"],
          rows.map(({ id, state, distribution, version, reason }) =>
            row(`${id} ${distribution}`, id, [stateChip(state), distribution ?? "–", version ?? "–", reason ?? "–"]),
          ),
        )
      : empty(
          "No plugins",
          "Install a package that offers integrations, such as dashboard-system, and start the dashboard again.",
        ),
  );
}

/**
 * A table that scrolls sideways where it does not fit.
 * @param {string} id
 * @param {string[]} heads
 * @param {Child} rows
 */
function table(id, heads, rows) {
  return h(
    "div",
    { class: "card table", role: "region", "aria-labelledby": id, tabindex: "0" },
    h(
      "table",
      { "aria-labelledby": id },
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          heads.map((head) => (head ? h("th", { scope: "col" }, head) : h("td"))),
        ),
      ),
      h("tbody", null, rows),
    ),
  );
}

/**
 * @param {string} key
 * @param {Child} name
 * @param {Child[]} cells
 */
function row(key, name, cells) {
  return h(
    "tr",
    { key },
    h("th", { scope: "row" }, name),
    cells.map((content) => h("td", null, content)),
  );
}

/** @param {string | null} time */
function moment(time) {
  if (!time) return "–";
  return h("time", { datetime: time, title: format.time(time) }, format.ago((Date.now() - Date.parse(time)) / 1000));
}

/**
 * Forget the app's failures, ask it for something, and look again.
 * @param {AppHealth} app
 */
async function retry(app) {
  if (retrying.has(app.appId)) return;
  retrying.add(app.appId);
  render();
  await call(`${encodeURIComponent(app.appId)}/retry`, { method: "POST", body: {} });
  const types = await call("");
  const endpoint = (types.data ?? [])
    .find((/** @type {IntegrationInfo} */ type) => type.id === app.integrationType)
    ?.endpoints.find(
      (/** @type {{ parametersSchema: any }} */ { parametersSchema }) => !parametersSchema?.required?.length,
    );
  if (endpoint)
    await call("data", { method: "POST", body: { requests: [{ appId: app.appId, endpointId: endpoint.id }] } });
  retrying.delete(app.appId);
  await load();
  const now = health?.data?.apps.find(({ appId }) => appId === app.appId);
  announce(`${app.name}: ${now?.state !== "ok" && now?.lastError ? sentence(now.lastError.message) : "works"}`);
}

await load();
setInterval(load, EVERY);
setInterval(() => document.hidden || render(), 1000);
document.addEventListener("visibilitychange", load);
