import assert from "node:assert/strict";
import { test } from "node:test";

import { misplaced, moved } from "../../src/dashboard_integrations/host/static/board-order.js";

const boards = ["a", "b", "c"].map((id, position) => ({ id, name: id.toUpperCase(), position }));
const order = (id, by) => moved(boards, id, by).map((board) => board.id);

test("a board moves by so many places, and no further than there are", () => {
  assert.deepEqual(order("c", -1), ["a", "c", "b"]);
  assert.deepEqual(order("a", 1), ["b", "a", "c"]);
  assert.deepEqual(order("a", -1), ["a", "b", "c"]);
  assert.deepEqual(order("b", 9), ["a", "c", "b"]);
});

test("a board that is not there moves nothing", () => {
  assert.deepEqual(order("x", 1), ["a", "b", "c"]);
});

test("only what stands wrong is changed", () => {
  assert.deepEqual(misplaced(boards), []);
  assert.deepEqual(misplaced(moved(boards, "a", 1)), [
    { id: "b", position: 0 },
    { id: "a", position: 1 },
  ]);
});

test("boards that share a place, or leave gaps, get one each", () => {
  const shared = boards.map((board) => ({ ...board, position: 7 }));
  assert.deepEqual(
    misplaced(shared).map(({ position }) => position),
    [0, 1, 2],
  );
});
