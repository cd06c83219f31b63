/** A server that is not there: the envelopes that the elements get, one state for each endpoint. */

import { HOSTILE, LONG, STATES } from "./states.js";

/**
 * @typedef {import("../../src/dashboard_integrations/ui/elements/types.js").ErrorBody} ErrorBody
 * @typedef {import("../../src/dashboard_integrations/ui/elements/types.js").JsonSchema} JsonSchema
 */

const seconds = (/** @type {number} */ offset) => new Date(Date.now() + offset * 1000).toISOString();

/** @param {Partial<ErrorBody>} more */
const error = (more) => ({
  message: "http://nas.local:9091 cannot be reached: the connection was refused",
  code: "unreachable",
  source: "upstream",
  reason: null,
  fields: {},
  details: {},
  retryAfter: null,
  ...more,
});

const CERTIFICATE = {
  sha256: "4f1b22a7c09d5e8831f6bb0c7719d2e4a58c3f6e9b0d1c2a3f4e5d6c7b8a9f10",
  subject: "CN=nas.local",
  issuer: "CN=nas.local",
  names: "nas.local, 192.168.1.20",
  notBefore: "2026-01-01T00:00:00Z",
  notAfter: "2027-01-01T00:00:00Z",
};

/** @type {Record<string, Partial<ErrorBody>>} */
export const ERRORS = {
  "invalid-config": { message: "the address is missing", source: "config", fields: { url: "required" } },
  "auth-failed": { message: "http://nas.local:9091 refused the credentials" },
  forbidden: { message: "this account may not see statistics" },
  "not-found": { message: "there is nothing at /transmission/rpc" },
  "rate-limited": { message: "asked too often", retryAfter: 90 },
  unreachable: { reason: "refused" },
  timeout: { message: "no answer within 10 seconds" },
  "tls-untrusted": { message: "the certificate vouches for itself", reason: "self-signed", details: CERTIFICATE },
  "bad-response": { message: "the answer is a web page, not JSON", source: "integration" },
  "unsupported-version": { message: "version 1.2 is too old: 2.0 is needed" },
  "upstream-error": { message: "the service failed with status 500" },
  "blocked-address": { message: "169.254.169.254 is an address that no app may reach", source: "config" },
  disabled: { message: "this app is switched off", source: "host" },
  "unknown-app": { message: "there is no such app", source: "host" },
  "unknown-integration": { message: "no integration is named 'transmision'", source: "host" },
  "unknown-endpoint": { message: "transmission has no endpoint 'spead'", source: "host" },
  "invalid-request": { message: "count: is not a number", source: "host", fields: { count: "not a number" } },
  "secret-unreadable": { message: "the key 7f3a that sealed this app is missing", source: "host" },
  "backing-off": { message: "the service failed 4 times; it is left alone for now", retryAfter: 45 },
  internal: { message: "the integration itself failed (KeyError)", source: "integration" },
  hostile: { code: "upstream-error", message: HOSTILE.join(" ") },
};

/** @param {object} data @param {object} [meta] */
const good = (data, meta = {}) => ({ success: true, data, error: null, meta });

/** @param {Partial<ErrorBody>} more */
const bad = (more) => ({ success: false, data: null, error: error(more), meta: {} });

/** @param {object} payload @param {object} [meta] */
function live(payload, meta = {}) {
  const kind = /** @type {any} */ (payload).kind;
  return good(
    { endpointId: kind, view: kind, payload },
    {
      fetchedAt: seconds(-2),
      expiresAt: seconds(600),
      age: 2,
      stale: false,
      refreshError: null,
      nextRefresh: seconds(600),
      ...meta,
    },
  );
}

const GAUGE = STATES.gauge[1][1];
const old = { fetchedAt: seconds(-3700), expiresAt: seconds(-3600), age: 3700, stale: true };

/** @type {Record<string, () => object>} */
const ENDPOINTS = {
  fresh: () => live(GAUGE),
  waiting: () => bad({ code: "timeout", reason: "pending", message: "the first answer is on its way" }),
  refreshing: () =>
    live(GAUGE, { ...old, nextRefresh: seconds(600), refreshError: error({ code: "timeout", reason: "pending" }) }),
  stale: () => live(GAUGE, { ...old, nextRefresh: seconds(600), refreshError: error({ reason: "refused" }) }),
  stopped: () =>
    live(GAUGE, {
      ...old,
      nextRefresh: null,
      refreshError: error({ code: "auth-failed", message: "refused the credentials 3 times" }),
    }),
  unknown: () => live({ kind: "weather-map", regions: [] }),
  long: () => live(STATES["stat-card"][5][1]),
  hostile: () => live({ kind: HOSTILE[0] }),
  ...Object.fromEntries(
    Object.entries(ERRORS).map(([code, more]) => [code, () => bad({ code: /** @type {any} */ (code), ...more })]),
  ),
};

/** @type {JsonSchema} */
export const SCHEMA = {
  type: "object",
  required: ["url"],
  properties: {
    url: {
      type: "string",
      format: "uri",
      title: "URL",
      description: "Address of the service.",
      examples: ["http://nas.local:9091"],
      minLength: 1,
    },
    username: { anyOf: [{ type: "string" }, { type: "null" }], default: null, title: "User name" },
    password: {
      anyOf: [{ type: "string", format: "password", writeOnly: true }, { type: "null" }],
      default: null,
      writeOnly: true,
      title: "Password",
    },
    api_key: { type: "string", format: "password", writeOnly: true, title: "API key" },
    level: { type: "integer", minimum: 1, maximum: 9, default: 3, title: "Level", description: "From 1 to 9." },
    ratio: { type: "number", default: 0.5, title: "Ratio" },
    quality: { type: "string", enum: ["low", "high"], default: "low", title: "Quality" },
    verbose: { type: "boolean", default: false, title: "Tell more" },
    folders: { type: "array", items: { type: "string" }, default: [], title: "Folders" },
    window: { $ref: "#/$defs/Window" },
    note: { type: "string", "x-multiline": true, title: "Note" },
    timeout: { type: "number", default: 10, exclusiveMinimum: 0, maximum: 60, title: "Time limit" },
  },
  $defs: {
    Window: {
      type: "object",
      title: "Window",
      properties: { minutes: { type: "integer", default: 5, title: "Minutes" } },
    },
  },
};

/** @type {JsonSchema} */
export const HOSTILE_SCHEMA = {
  type: "object",
  properties: Object.fromEntries(
    HOSTILE.map((text, index) => [
      `field_${index}`,
      { type: "string", title: text, description: text, default: text, examples: [text] },
    ]),
  ),
};

/** @param {string} id @param {string} name @param {string} description */
const type = (id, name, description) => ({
  id,
  name,
  icon: id,
  description,
  capabilities: ["download-client"],
  authConfigSchema: SCHEMA,
  extraConfigSchema: null,
  endpoints: Object.keys(ENDPOINTS).map((endpoint) => ({
    id: endpoint,
    name: endpoint[0].toUpperCase() + endpoint.slice(1),
    description: `Shows “${endpoint}”.`,
    view: "gauge",
    ttl: 10,
    parametersSchema: null,
  })),
});

export const INTEGRATIONS = [
  type("transmission", "Transmission", "A BitTorrent client."),
  type("pi-hole", "Pi-hole", "A DNS server that blocks advertisements."),
  type("prometheus", "Prometheus", "Metrics, and queries of them."),
  type("long", LONG, LONG),
  type("hostile", HOSTILE[0], HOSTILE[1]),
];

export const APP = {
  id: "nas",
  name: "Downloads",
  integrationType: "transmission",
  integrationEnabled: true,
  config: { url: "http://nas.local:9091", username: "ada", level: 5 },
  secretsSet: ["password"],
  configError: null,
};

const APPS = [APP, { ...APP, id: "off", name: "Switched off", integrationEnabled: false }];

const ALERTS = [
  {
    id: "1",
    appId: "nas",
    appName: "Downloads",
    endpointId: null,
    severity: "critical",
    title: "Downloads cannot be reached",
    message: "The connection was refused.",
    since: seconds(-4000),
    link: null,
  },
  {
    id: "2",
    appId: "nas",
    appName: "Prometheus",
    endpointId: "alerts",
    severity: "critical",
    title: HOSTILE[0],
    message: LONG,
    since: seconds(-90),
    link: "https://example.org/",
  },
  {
    id: "3",
    appId: "nas",
    appName: "Glances",
    endpointId: "alerts",
    severity: "warning",
    title: "Memory is nearly full",
    message: null,
    since: null,
    link: null,
  },
];

/** @param {any} config */
function tested({ url = "" }) {
  if (url.startsWith("https:")) return bad({ code: "tls-untrusted", ...ERRORS["tls-untrusted"] });
  if (url.includes("wrong")) return bad({ code: "invalid-config", ...ERRORS["invalid-config"] });
  if (url.includes("down")) return bad({ reason: "refused" });
  return good({ version: "4.0.6", account: "ada", details: { session: "7c0f" } });
}

/** @param {string} path @param {any} body */
function answer(path, body) {
  if (path === "/api/integrations") return good(INTEGRATIONS);
  if (path === "/api/integrations/alerts") return good(ALERTS);
  if (path === "/api/integrations/health")
    return good({
      apps: APPS.map(({ id, name, integrationType }) => ({ appId: id, name, integrationType, state: "ok" })),
      plugins: [],
      blockedLoop: null,
    });
  if (path === "/api/integrations/data")
    return good(body.requests.map((/** @type {any} */ { endpointId }) => ENDPOINTS[endpointId]()));
  if (path === "/api/integrations/test") return tested(body.config);
  if (path.endsWith("/retry")) return good(/** @type {any} */ (null));
  if (path === "/api/apps") return good(body ? { ...APP, ...body } : APPS);
  return good(body ?? null);
}

/**
 * Stands for `fetch`.
 * @param {URL} url
 * @param {RequestInit} init
 */
export async function cannedFetch(url, init) {
  await new Promise((resolve) => setTimeout(resolve, 30));
  const envelope = answer(url.pathname.replace(/\/$/, ""), init.body ? JSON.parse(String(init.body)) : null);
  return new Response(JSON.stringify(envelope), { headers: { "content-type": "application/json" } });
}
