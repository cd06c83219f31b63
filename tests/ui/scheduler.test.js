import assert from "node:assert/strict";
import { test } from "node:test";

import { Scheduler, secondsUntilNext } from "../../src/dashboard_integrations/ui/elements/scheduler.js";

const NOW = Date.parse("2026-01-01T12:00:00Z");

/** @param {number} seconds */
const iso = (seconds) => new Date(NOW + seconds * 1000).toISOString();

/** A failure as the routes tell it. */
function problem(more = {}) {
  return { code: "unreachable", message: "x", source: "upstream", fields: {}, details: {}, retryAfter: null, ...more };
}

/** An envelope with data that was fetched `age` seconds ago and lives for 10. */
function fresh({ age = 0, stale = false, refreshError = null, nextRefresh = iso(10 - age) } = {}) {
  const meta = { fetchedAt: iso(-age), expiresAt: iso(10 - age), age, stale, refreshError, nextRefresh };
  return { success: true, data: { endpointId: "e", view: "gauge", payload: {} }, error: null, meta };
}

function failed(error = problem()) {
  return { success: false, data: null, error, meta: {} };
}

/** A page whose time is turned by hand. */
class Page {
  now = 1_000;
  /** @type {{ requests: any[], signal: AbortSignal, answer: (envelope: any) => void, fail: (error: any) => void }[]} */
  calls = [];
  due = Infinity;

  constructor() {
    this.scheduler = new Scheduler({
      now: () => this.now,
      random: () => 0,
      timer: (run) => {
        this.run = run;
        return { at: (time) => (this.due = time), stop: () => (this.due = Infinity) };
      },
      send: (requests, signal) =>
        new Promise((answer, fail) => {
          this.calls.push({ requests, signal, answer, fail });
          signal.addEventListener("abort", () => fail(new Error("aborted")));
        }),
    });
  }

  /** @param {string} appId */
  watch(appId, { interval = null, endpointId = "e", parameters = undefined } = {}) {
    const got = [];
    const deliver = (envelope, arrived) => got.push([envelope, arrived]);
    return { got, ...this.scheduler.watch({ appId, endpointId, parameters }, { interval, deliver }) };
  }

  /** Let time pass until the timer rings. */
  ring() {
    assert.notEqual(this.due, Infinity, "no timer is set");
    this.now = Math.max(this.now, this.due);
    this.due = Infinity;
    this.run();
  }

  /** Answer the latest call with one envelope for each request. */
  async answer(envelope = fresh()) {
    const { requests, answer } = this.calls.at(-1);
    answer({ success: true, data: requests.map(() => envelope), error: null, meta: {} });
    await settled();
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("fresh data is asked for again when it expires", () => {
  assert.equal(secondsUntilNext(fresh({ age: 3 }), null), 7);
});

test("a wrong clock of the page does not matter", () => {
  const envelope = fresh({ age: 3 });
  envelope.meta.fetchedAt = "1999-01-01T00:00:00Z";
  envelope.meta.nextRefresh = envelope.meta.expiresAt = "1999-01-01T00:00:10Z";
  assert.equal(secondsUntilNext(envelope, null), 7);
});

test("the widget's own interval counts while all is well", () => {
  assert.equal(secondsUntilNext(fresh(), 60), 60);
});

test("what is refreshed behind stale data is fetched soon, whatever the interval", () => {
  assert.equal(secondsUntilNext(fresh({ age: 12, stale: true }), 600), 1);
});

test("what is pending is asked for soon", () => {
  assert.equal(secondsUntilNext(failed(problem({ code: "timeout", reason: "pending", retryAfter: 1 })), 600), 1);
});

test("retryAfter is a floor under the interval", () => {
  assert.equal(secondsUntilNext(failed(problem({ retryAfter: 120 })), 10), 120);
  const stale = fresh({ age: 30, stale: true, refreshError: problem({ retryAfter: 120 }), nextRefresh: iso(50) });
  assert.equal(secondsUntilNext(stale, 10), 120);
});

test("a failing service is asked about when the server will try it again", () => {
  const stale = fresh({ age: 30, stale: true, refreshError: problem(), nextRefresh: iso(50) });
  assert.equal(secondsUntilNext(stale, null), 50);
});

test("what waits for a person is looked at once a minute", () => {
  const stale = fresh({ age: 30, stale: true, refreshError: problem({ code: "auth-failed" }), nextRefresh: null });
  assert.equal(secondsUntilNext(stale, null), 60);
});

test("widgets of a page ask in one call, and those that watch the same share it", async () => {
  const page = new Page();
  const [one, two, three] = [page.watch("a"), page.watch("b"), page.watch("a")];
  page.ring();
  assert.deepEqual(
    [["a", "b"]],
    page.calls.map((call) => call.requests.map((request) => request.appId)),
  );
  await page.answer();
  assert.deepEqual(
    [1, 1, 1],
    [one, two, three].map((watch) => watch.got.length),
  );
});

test("parameters make another request", () => {
  const page = new Page();
  page.watch("a");
  page.watch("a", { parameters: { minutes: 5 } });
  page.ring();
  assert.equal(page.calls[0].requests.length, 2);
});

test("two hundred widgets are asked for in batches of fifty", () => {
  const page = new Page();
  for (let index = 0; index < 200; index += 1) page.watch(`app-${index}`);
  page.ring();
  assert.deepEqual(
    [50, 50, 50, 50],
    page.calls.map((call) => call.requests.length),
  );
});

test("who comes later gets at once what is there, with the time it came", async () => {
  const page = new Page();
  page.watch("a");
  page.ring();
  await page.answer();
  page.now += 5_000;
  const { got } = page.watch("a");
  assert.deepEqual([[fresh(), 1_000]], got);
  assert.equal(page.calls.length, 1);
});

test("data is asked for again when it is due, and what is nearly due goes along", async () => {
  const page = new Page();
  page.watch("a", { interval: 20 });
  page.watch("b", { interval: 20.2 });
  page.watch("c", { interval: 25 });
  page.ring();
  await page.answer();
  assert.equal(page.due, 21_000);
  page.ring();
  assert.deepEqual(
    ["a", "b"],
    page.calls[1].requests.map((request) => request.appId),
  );
});

test("the most impatient of those who share decides", async () => {
  const page = new Page();
  page.watch("a", { interval: 60 });
  page.watch("a", { interval: 15 });
  page.ring();
  await page.answer();
  assert.equal(page.due, 16_000);
});

test("a refresh by hand does not wait", async () => {
  const page = new Page();
  const watch = page.watch("a");
  page.ring();
  await page.answer();
  watch.refresh();
  assert.equal(page.due, page.now);
});

test("when the last one leaves, the timer stops and the call ends", async () => {
  const page = new Page();
  const [one, two] = [page.watch("a"), page.watch("b")];
  page.ring();
  one.stop();
  assert.equal(page.calls[0].signal.aborted, false);
  two.stop();
  await settled();
  assert.deepEqual([true, Infinity, 0], [page.calls[0].signal.aborted, page.due, one.got.length]);
});

test("who left is not told", async () => {
  const page = new Page();
  const [one, two] = [page.watch("a"), page.watch("b")];
  page.ring();
  one.stop();
  await page.answer();
  assert.deepEqual([0, 1], [one.got.length, two.got.length]);
});

test("a dashboard that does not answer is asked less and less often", async () => {
  const page = new Page();
  const { got } = page.watch("a");
  const waits = [];
  for (let round = 0; round < 6; round += 1) {
    page.ring();
    page.calls.at(-1).answer(failed(problem({ reason: "offline" })));
    await settled();
    waits.push((page.due - page.now) / 1000);
  }
  assert.deepEqual([5, 10, 20, 40, 60, 60], waits);
  assert.equal(got.length, 6);
});

test("one request that the routes refuse does not spoil the others", async () => {
  const page = new Page();
  const [good, bad] = [page.watch("good"), page.watch("bad")];
  page.ring();
  page.calls[0].answer(failed(problem({ code: "invalid-request" })));
  await settled();
  assert.equal(page.calls.length, 3);
  page.calls[1].answer({ success: true, data: [fresh()], error: null, meta: {} });
  page.calls[2].answer(failed(problem({ code: "invalid-request" })));
  await settled();
  assert.deepEqual([true, false], [good.got[0][0].success, bad.got[0][0].success]);
});

test("who asks while a call is under way is asked for once more", async () => {
  const page = new Page();
  const watch = page.watch("a");
  page.ring();
  watch.refresh();
  assert.equal(page.calls.length, 1);
  await page.answer();
  assert.deepEqual([page.due, watch.got.length], [page.now, 1]);
  page.ring();
  await page.answer();
  assert.deepEqual([page.due, page.calls.length, watch.got.length], [page.now + 10_000, 2, 2]);
});
