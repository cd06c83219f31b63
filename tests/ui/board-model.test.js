import assert from "node:assert/strict";
import { test } from "node:test";

import { BoardModel } from "../../src/dashboard_integrations/host/static/board-model.js";

const error = { code: "internal", message: "no", source: "host", fields: {}, details: {} };
const widget = (id) => ({
  id,
  boardId: "home",
  title: id.toUpperCase(),
  config: { appId: "nas", endpointId: "disks" },
  width: 1,
  height: 1,
});

/** A dashboard whose routes answer with what is kept, or with an error where `refused` says so. */
class Routes {
  kept = ["a", "b", "c"];
  asked = [];
  refused = () => false;

  call = async (path, { method = "GET", body } = {}) => {
    this.asked.push([method, path, body]);
    await null;
    if (this.refused(method, path)) return { success: false, data: null, error };
    return { success: true, data: this.#answer(method, path, body), error: null };
  };

  #answer(method, path, body) {
    if (path === "/api/apps") return [{ id: "nas", name: "NAS" }];
    if (path === "/api/boards/home" && method === "GET") return { name: "Home", widgets: this.kept.map(widget) };
    if (path === "/api/boards/home") return { name: body.name ?? "Home" };
    if (method === "POST") return { ...widget("new"), ...body };
    return { ...widget(path.split("/").at(-1)), ...body };
  }

  /** What was changed, in the order in which it was asked for. */
  get changes() {
    return this.asked.filter(([method]) => method !== "GET");
  }
}

async function opened() {
  const routes = new Routes();
  const board = new BoardModel({ id: "home", name: "", call: routes.call, changed: () => {} });
  await board.load();
  return { board, routes, ids: () => board.items.map((item) => item.widget.id) };
}

test("a board has the widgets and apps that are kept", async () => {
  const { board, ids } = await opened();
  assert.deepEqual([board.name, ids(), [...board.apps.keys()]], ["Home", ["a", "b", "c"], ["nas"]]);
});

test("a move is shown before it is answered", async () => {
  const { board, routes, ids } = await opened();
  const sent = board.move(board.items[2], 0);
  assert.deepEqual(ids(), ["c", "a", "b"]);
  await sent;
  assert.deepEqual(routes.changes, [["PATCH", "/api/boards/home", { widgetIds: ["c", "a", "b"] }]]);
});

test("changes are sent one after the other", async () => {
  const { board, routes } = await opened();
  const [a, b] = board.items;
  await Promise.all([board.resize(a, { width: 2 }), board.remove(b), board.move(a, 2)]);
  assert.deepEqual(
    routes.changes.map(([method, path]) => `${method} ${path}`),
    ["PATCH /api/widgets/a", "DELETE /api/widgets/b", "PATCH /api/boards/home"],
  );
  assert.deepEqual(routes.changes[2][2], { widgetIds: ["c", "a"] });
});

test("what is refused is told, and what is kept is shown", async () => {
  const { board, routes, ids } = await opened();
  routes.refused = (method) => method === "DELETE";
  await board.remove(board.items[0]);
  assert.deepEqual([board.refusal, ids(), board.count], [error, ["a", "b", "c"], 3]);
});

test("a removed widget keeps its place until it is brought back or forgotten", async () => {
  const { board, routes, ids } = await opened();
  const [, b, c] = board.items;
  await board.remove(b);
  await board.remove(c);
  assert.deepEqual([ids(), board.count], [["a", "b", "c"], 1]);
  await board.restore(b);
  assert.equal(b.widget.id, "new");
  assert.deepEqual(routes.changes.at(-1), ["PATCH", "/api/boards/home", { widgetIds: ["a", "new"] }]);
  board.tidy();
  assert.deepEqual(ids(), ["a", "new"]);
});

test("a widget goes to another board once earlier changes are sent", async () => {
  const { board, routes, ids } = await opened();
  board.move(board.items[0], 1);
  assert.equal(await board.transfer(board.items[0], "media"), null);
  assert.deepEqual(routes.changes.at(-1), ["PATCH", "/api/widgets/b", { boardId: "media" }]);
  assert.deepEqual(ids(), ["a", "c"]);
});

test("a widget that may not go stays", async () => {
  const { board, routes, ids } = await opened();
  routes.refused = (method) => method === "PATCH";
  assert.equal(await board.transfer(board.items[0], "gone"), error);
  assert.deepEqual(ids(), ["a", "b", "c"]);
});

test("a new widget stands last, and one that is refused nowhere", async () => {
  const { board, routes, ids } = await opened();
  const value = { title: "New", config: { appId: "nas", endpointId: "cpu" } };
  assert.equal(await board.save(null, value), null);
  assert.deepEqual(ids(), ["a", "b", "c", "new"]);
  routes.refused = () => true;
  assert.equal(await board.save(null, value), error);
  assert.equal(board.count, 4);
});

test("a board that cannot be loaded says why", async () => {
  const routes = new Routes();
  routes.refused = () => true;
  const board = new BoardModel({ id: "home", name: "Home", call: routes.call, changed: () => {} });
  await board.load();
  assert.deepEqual([board.isLoaded, board.error, board.items], [true, error, []]);
});
