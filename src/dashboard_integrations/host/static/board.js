/** The page of a board. */

import { cell, nameOf } from "./board-cell.js";
import { BoardModel } from "./board-model.js";
import { countBoards, moveBoard } from "./boards.js";
import { askName, confirm, openDialog } from "./dialogs.js";
import { call, h, loadForms, patch } from "./elements.js";
import { announce, empty, icon, problem } from "./parts.js";

/** @typedef {import("./board-model.js").Item} Item */

const root = /** @type {HTMLElement} */ (document.getElementById("board"));
const board = new BoardModel({ id: root.dataset.board ?? "", name: root.dataset.name ?? "", call, changed: render });
let isEditing = false;

function render() {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  root.setAttribute("aria-busy", String(!board.isLoaded));
  patch(root, [header(), board.refusal && refusal(), content()]);
  // What was moved in the page has lost the focus.
  if (focused !== document.activeElement && focused?.isConnected) focused.focus();
}

function header() {
  return h(
    "div",
    { class: "heading" },
    h("h1", null, h("bdi", null, board.name)),
    board.isLoaded && !board.error && h("div", { class: "buttons", role: "group", "aria-label": "Board" }, actions()),
  );
}

function actions() {
  if (!isEditing) return action("Edit board", () => setEditing(true));
  return [
    h("button", { type: "button", key: "add", onclick: () => openForm(null) }, icon("add"), "Add widget"),
    action("Rename", rename),
    action("New board", create),
    countBoards() > 1 && [action("Move board earlier", () => move(-1)), action("Move board later", () => move(1))],
    action("Delete board", remove),
    h("button", { type: "button", key: "done", class: "primary", onclick: () => setEditing(false) }, "Done"),
  ];
}

/**
 * @param {string} label
 * @param {() => void} act
 */
function action(label, act) {
  return h("button", { type: "button", key: label, onclick: act }, label);
}

function refusal() {
  const error = /** @type {import("../../ui/elements/types.js").ErrorBody} */ (board.refusal);
  const dismiss = () => {
    board.refusal = null;
    render();
  };
  return h("div", { key: "refusal", class: "refusal" }, problem(error), action("Dismiss", dismiss));
}

function content() {
  if (board.error) return problem(board.error, () => board.load());
  if (!board.isLoaded) return null;
  if (board.items.length) {
    return [
      h("h2", { class: "hidden-text" }, "Widgets"),
      h(
        "ul",
        { class: isEditing ? "grid editing" : "grid" },
        board.items.map((item) => cell(board, item, { isEditing, edit: openForm })),
      ),
    ];
  }
  if (!board.apps.size) {
    const text = "Choose a service you run, give its address, and see its live data here.";
    return empty("Add your first app", text, h("a", { class: "button primary", href: "/apps/new" }, "Add app"));
  }
  const add = h(
    "button",
    { type: "button", class: "primary", onclick: () => openForm(null) },
    icon("add"),
    "Add widget",
  );
  return empty("This board is empty", "Put something on it: a number, a list or a chart of one of your apps.", add);
}

/** @param {boolean} value */
function setEditing(value) {
  isEditing = value;
  if (!value) board.tidy();
  render();
  announce(value ? "Editing the board" : "Done editing");
  /** @type {HTMLElement | null} */ (root.querySelector(".heading button"))?.focus();
}

/**
 * Open the form of a widget, or of a new one.
 * @param {Item | null} item
 * @param {string} [appId]
 */
async function openForm(item, appId) {
  await loadForms();
  const given = item?.widget ?? (appId ? { config: { appId } } : null);
  const title = item ? `Edit ${nameOf(item)}` : "Add widget";
  const dialog = openDialog(title, form, { wide: true });

  /** @param {() => void} close */
  function form(close) {
    return h("integration-widget-form", {
      ".widget": given,
      ".apps": [...board.apps.values()],
      "onintegration-widget-save": save,
      "onintegration-widget-cancel": close,
    });
  }

  /** @param {any} event */
  async function save(event) {
    event.preventDefault();
    const error = await board.save(item, event.value);
    if (error) event.target.error = error;
    else dialog.close();
  }
}

function rename() {
  askName({ title: "Rename board", label: "Name", name: board.name, save });
  /** @param {string} name */
  async function save(name) {
    const error = await board.rename(name);
    if (error) return error;
    document.title = `${board.name} · Dashboard`;
    const link = document.querySelector(".boards [aria-current]");
    if (link) link.textContent = board.name;
    return null;
  }
}

/** @param {number} by */
async function move(by) {
  const error = await moveBoard(board, by);
  if (error) board.refuse(error);
}

function create() {
  askName({ title: "New board", label: "Name", save });
  /** @param {string} name */
  async function save(name) {
    const { data, error } = await call("/api/boards", { method: "POST", body: { name } });
    if (data) location.assign(`/boards/${encodeURIComponent(data.id)}`);
    return error;
  }
}

function remove() {
  const count = board.count;
  const told = count
    ? `Its ${count === 1 ? "widget goes" : `${count} widgets go`} with it; apps stay.`
    : "It is empty.";
  confirm({ title: `Delete ${board.name}?`, content: h("p", null, told), action: "Delete board", act });
  async function act() {
    const error = await board.delete();
    if (!error) location.assign("/");
    return error;
  }
}

// Lists and charts make do with the room they have; what cannot makes its row higher (style.css).
root.addEventListener("integration-update", (event) => {
  const { target, envelope } = /** @type {any} */ (event);
  if (envelope.data) target.closest("li").dataset.view = envelope.data.view;
});

render();
await board.load();
try {
  sessionStorage.setItem("dashboard-board", location.pathname);
} catch {
  // without storage the way back leads to the first board
}
const added = new URLSearchParams(location.search).get("add");
if (added && board.apps.has(added)) {
  history.replaceState(null, "", location.pathname);
  openForm(null, added);
}
