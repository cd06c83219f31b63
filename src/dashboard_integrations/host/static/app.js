/** The page of one app, or of a new one. */

import { confirm } from "./dialogs.js";
import { call, h, loadForms, patch } from "./elements.js";
import { problem } from "./parts.js";

/**
 * @typedef {import("../../ui/elements/types.js").App} App
 * @typedef {import("./board-model.js").Widget} Widget
 */

const APPS = "/apps";
const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const id = root.dataset.app;

async function show() {
  const answer = id ? await call(path(id)) : null;
  root.setAttribute("aria-busy", "false");
  if (answer?.error) patch(root, problem(answer.error, show));
  else patch(root, form(answer?.data ?? null));
}

/** @param {App | null} app */
function form(app) {
  return h("integration-app-form", {
    class: "card",
    "apps-url": "/api/apps",
    ".app": app,
    "onintegration-app-saved": (/** @type {any} */ event) => location.assign(app ? APPS : placeFor(event.value)),
    "onintegration-app-cancel": () => location.assign(APPS),
    "onintegration-app-delete": () => app && askToDelete(app),
  });
}

/**
 * Return where to go with a new app: to the board that was looked at last, to show something of it.
 * @param {App} app
 */
function placeFor(app) {
  let board = "/";
  try {
    board = sessionStorage.getItem("dashboard-board") ?? board;
  } catch {
    // without storage it is the first board
  }
  const isThere = [...document.querySelectorAll(".boards a")].some((link) => link.getAttribute("href") === board);
  return `${isThere ? board : "/"}?add=${encodeURIComponent(app.id)}`;
}

/** @param {App} app */
async function askToDelete(app) {
  const [widgets, boards] = await Promise.all([call("/api/widgets"), call("/api/boards")]);
  /** @type {Map<string, string>} */
  const names = new Map(
    (boards.data ?? []).map((/** @type {{ id: string, name: string }} */ board) => [board.id, board.name]),
  );
  const gone = (widgets.data ?? []).filter((/** @type {Widget} */ widget) => widget.config.appId === app.id);
  const told = [
    h("p", null, "Its settings and stored secrets are deleted from this dashboard. The service itself is left alone."),
    gone.length > 0 && [
      h("p", null, "These widgets go with it:"),
      h(
        "ul",
        { class: "gone" },
        gone.map((/** @type {Widget} */ widget) => line(widget, names)),
      ),
    ],
  ];
  confirm({ title: `Delete ${app.name}?`, content: told, action: "Delete app", act: () => remove(app) });
}

/**
 * @param {Widget} widget
 * @param {Map<string, string>} names
 */
function line(widget, names) {
  const board = names.get(widget.boardId);
  return h(
    "li",
    null,
    h("bdi", null, widget.title || widget.config.endpointId),
    board && [" on ", h("bdi", null, board)],
  );
}

/** @param {App} app */
async function remove(app) {
  const { error } = await call(path(app.id), { method: "DELETE" });
  if (!error) location.assign(APPS);
  return error;
}

/** @param {string} appId */
function path(appId) {
  return `/api/apps/${encodeURIComponent(appId)}`;
}

await loadForms();
await show();
