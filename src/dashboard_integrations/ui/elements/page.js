/** What there is once in a page: its scheduler, and the names and icons of apps. */

import { call } from "./client.js";
import { Scheduler } from "./scheduler.js";
import { Ticker } from "./ticker.js";

/** @typedef {{ appName: string, endpointName: string, description: string, icon: string }} Description */

/** @type {Scheduler | undefined} */
let scheduler;
/** @type {Promise<{ apps: import("./types.js").AppHealth[], types: import("./types.js").IntegrationInfo[] }> | null} */
let known = null;
let asked = -Infinity;

export function pageScheduler() {
  scheduler ??= new Scheduler({
    send: (requests, signal) => call("data", { method: "POST", body: { requests }, signal }),
    timer: (run) => new Ticker(run),
  });
  return scheduler;
}

/**
 * Return what to call an endpoint of an app; `null` when the app is not known.
 * @param {string} appId
 * @param {string} endpointId
 * @returns {Promise<Description | null>}
 */
export async function describe(appId, endpointId) {
  known ??= ask();
  let found = find(await known, appId, endpointId);
  if (!found && performance.now() - asked > 10_000) {
    known = ask(); // the app may be newer than what we know
    found = find(await known, appId, endpointId);
  }
  return found;
}

/** Ask for names and icons again: an app was added or changed. */
export function forgetDescriptions() {
  known = null;
}

async function ask() {
  asked = performance.now();
  const [health, types] = await Promise.all([call("health"), call("")]);
  return { apps: health.data?.apps ?? [], types: types.data ?? [] };
}

/**
 * @param {Awaited<NonNullable<typeof known>>} page
 * @param {string} appId
 * @param {string} endpointId
 */
function find({ apps, types }, appId, endpointId) {
  const app = apps.find((item) => item.appId === appId);
  if (!app) return null;
  const type = types.find((item) => item.id === app.integrationType);
  const endpoint = type?.endpoints.find((item) => item.id === endpointId);
  return {
    appName: app.name,
    endpointName: endpoint?.name ?? endpointId,
    description: endpoint?.description ?? "",
    icon: type?.icon ?? app.integrationType,
  };
}
