/** The page of the benchmark: a board of widgets over a server that is not there. */

import { configure } from "/api/integrations/ui/elements.js";
import { STATES } from "/states.js";

const STALE_ONE_IN = 10;
let round = 0;

/** What a board shows: ordinary views, not the ones that are there to break something. */
const views = [
  STATES["stat-card"][1],
  STATES.gauge[2],
  STATES.list[0],
  STATES.progress[0],
  STATES["alert-banner"][3],
  STATES.chart[1],
].map(([, payload]) => payload);

const iso = (seconds) => new Date(Date.now() + seconds * 1000).toISOString();

function envelope({ appId }) {
  const number = Number(appId.split("-")[1]);
  const payload = structuredClone(views[number % views.length]);
  if (payload.stats) payload.stats[0].value += round * 1000;
  if ("value" in payload) payload.value = 70 + (round % 5);
  const stale = number % STALE_ONE_IN === 0;
  const refreshError = { code: "unreachable", message: "refused", source: "upstream", fields: {}, details: {} };
  const meta = { fetchedAt: iso(-1), expiresAt: iso(5), age: stale ? 90 : 1, stale, nextRefresh: iso(5) };
  const data = { endpointId: "e", view: payload.kind, payload };
  return { success: true, data, error: null, meta: { ...meta, refreshError: stale ? refreshError : null } };
}

function answer(url, body) {
  if (url.pathname.endsWith("/data")) return { data: body.requests.map(envelope) };
  if (url.pathname.endsWith("/health")) return { data: { apps: [], plugins: [], blockedLoop: null } };
  return { data: [] };
}

const told = { started: 0, underWay: 0, updates: 0, round: () => round };

configure({
  fetch: async (url, { body, signal }) => {
    told.started += 1;
    told.underWay += 1;
    round += 1;
    try {
      await new Promise((resolve, reject) => {
        setTimeout(resolve, 20);
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
      const text = JSON.stringify({ success: true, error: null, meta: {}, ...answer(url, body && JSON.parse(body)) });
      return new Response(text, { headers: { "content-type": "application/json" } });
    } finally {
      told.underWay -= 1;
    }
  },
});

addEventListener("integration-update", () => {
  told.updates += 1;
});

function board(count) {
  const made = document.createElement("div");
  made.id = "board";
  for (let number = 0; number < count; number += 1) {
    const widget = document.createElement("integration-widget");
    widget.setAttribute("app", `app-${number}`);
    widget.setAttribute("endpoint", "e");
    widget.setAttribute("refresh-interval", "5");
    made.append(widget);
  }
  return made;
}

/** What the benchmark calls. */
globalThis.bench = {
  told,
  show(count) {
    document.body.append(board(count), document.createElement("integration-alert-overlay"));
  },
  /** Wait until each widget has had an answer, without looking all the time. */
  async filled(count) {
    while (told.updates < count) await new Promise((resolve) => setTimeout(resolve, 100));
  },
  remove() {
    document.querySelector("integration-alert-overlay").remove();
    document.getElementById("board").remove();
  },
};
