/** Calls to the routes: every outcome is an envelope, a lost network included. */

/**
 * @typedef {{ method?: string, body?: unknown, signal?: AbortSignal }} CallOptions
 * @typedef {object} ClientOptions
 * @property {string | URL} [baseUrl] where the routes are; the elements know it when they are served by them
 * @property {() => Record<string, string>} [headers] asked before each call: a token, what a host has against CSRF
 * @property {(input: URL, init: RequestInit) => Promise<Response>} [fetch]
 */

/** @type {Required<ClientOptions>} */
const settings = {
  baseUrl: new URL("../..", import.meta.url),
  headers: () => ({}),
  fetch: (input, init) => globalThis.fetch(input, init),
};

/**
 * Say how to reach the routes. Call it before the first element is on the page.
 * @param {ClientOptions} options
 */
export function configure(options) {
  Object.assign(settings, options);
}

/**
 * Call a route; reject only when `signal` says so.
 * @param {string} path below the routes (`alerts`; empty for the list of types), or one of the host's (`/api/apps`)
 * @param {CallOptions} [options]
 * @returns {Promise<import("./types.js").Envelope<any>>}
 */
export async function call(path, { method = "GET", body, signal } = {}) {
  const base = new URL(settings.baseUrl, document.baseURI).href.replace(/\/$/, "");
  const url = new URL(path[0] === "/" ? path : path ? `${base}/${path}` : base, base);
  const type = body !== undefined && { "content-type": "application/json" };
  const headers = { accept: "application/json", ...settings.headers(), ...type };
  let status = 0;
  try {
    const response = await settings.fetch(url, {
      method,
      headers,
      body: JSON.stringify(body),
      signal,
      cache: "no-cache",
    });
    status = response.status;
    const envelope = await response.json();
    if (status === 401) window.dispatchEvent(new Event("integration-signed-out"));
    if (typeof envelope?.success === "boolean") return envelope;
  } catch (error) {
    if (signal?.aborted) throw error;
  }
  const [code, reason, message] = status
    ? /** @type {const} */ (["bad-response", "host", `the dashboard answered with status ${status} and no envelope`])
    : /** @type {const} */ (["unreachable", "offline", "the dashboard cannot be reached"]);
  const error = {
    code,
    reason,
    message,
    source: /** @type {const} */ ("host"),
    fields: {},
    details: {},
    retryAfter: null,
  };
  return { success: false, data: null, error, meta: {} };
}
