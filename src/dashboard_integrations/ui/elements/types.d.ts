/** The shapes of the HTTP API, as the elements read them. Nothing of this file reaches a browser. */

export type Status = "ok" | "warning" | "critical" | "unknown" | "info";
export type Severity = "info" | "warning" | "critical";

export interface Stat {
  label: string;
  value: number | string | null;
  unit?: string | null;
  delta?: number | null;
  deltaLabel?: string | null;
  trend?: "up" | "down" | "flat" | null;
  status?: Status | null;
  link?: string | null;
}

export interface StatCard {
  kind: "stat-card";
  stats: Stat[];
}

export interface Threshold {
  value: number;
  status: Status;
}

export interface Gauge {
  kind: "gauge";
  label: string;
  value: number | null;
  unit?: string | null;
  minimum: number;
  maximum: number;
  thresholds?: Threshold[];
  status?: Status | null;
  caption?: string | null;
}

export interface ListItem {
  title: string;
  id?: string | null;
  subtitle?: string | null;
  description?: string | null;
  status?: Status | null;
  value?: number | string | null;
  unit?: string | null;
  progress?: number | null;
  time?: string | null;
  link?: string | null;
}

export interface List {
  kind: "list";
  items: ListItem[];
  total?: number | null;
  emptyText?: string | null;
}

export interface ProgressBar {
  label: string;
  value: number | null;
  maximum: number;
  unit?: string | null;
  id?: string | null;
  rate?: number | null;
  rateUnit?: string | null;
  timeLeft?: number | null;
  status?: Status | null;
  caption?: string | null;
  link?: string | null;
}

export interface Progress {
  kind: "progress";
  bars: ProgressBar[];
  total?: number | null;
  emptyText?: string | null;
}

export interface Alert {
  id: string;
  severity: Severity;
  title: string;
  message?: string | null;
  since?: string | null;
  link?: string | null;
}

export interface AlertBanner {
  kind: "alert-banner";
  alerts: Alert[];
}

export interface Series {
  label: string;
  values: (number | null)[];
  style?: "line" | "area" | "bar";
  unit?: string | null;
}

export interface Chart {
  kind: "chart";
  series: Series[];
  times?: string[] | null;
  categories?: string[] | null;
  stacked?: boolean;
  minimum?: number | null;
  maximum?: number | null;
}

export type View = StatCard | Gauge | List | Progress | AlertBanner | Chart;

export type ErrorCode =
  | "invalid-request" | "invalid-config" | "auth-failed" | "forbidden" | "not-found" | "rate-limited" | "unreachable"
  | "timeout" | "tls-untrusted" | "bad-response" | "unsupported-version" | "upstream-error" | "blocked-address"
  | "disabled" | "unknown-app" | "unknown-integration" | "unknown-endpoint" | "secret-unreadable" | "backing-off"
  | "internal";

export interface ErrorBody {
  code: ErrorCode;
  message: string;
  source: "config" | "upstream" | "integration" | "host";
  reason?: string | null;
  fields: Record<string, string>;
  details: Record<string, string>;
  retryAfter: number | null;
}

/** Present with live data. Times are ISO 8601 in UTC, `age` is in seconds. */
export interface Meta {
  fetchedAt: string;
  expiresAt: string;
  age: number;
  stale: boolean;
  refreshError: ErrorBody | null;
  nextRefresh: string | null;
}

export interface Envelope<Data> {
  success: boolean;
  data: Data | null;
  error: ErrorBody | null;
  meta: Partial<Meta>;
}

export interface EndpointData {
  endpointId: string;
  view: string;
  payload: { kind: string };
}

export interface EndpointInfo {
  id: string;
  name: string;
  description: string;
  view: string;
  ttl: number;
  parametersSchema: JsonSchema | null;
}

export interface IntegrationInfo {
  id: string;
  name: string;
  icon: string;
  description: string;
  capabilities: string[];
  authConfigSchema: JsonSchema;
  extraConfigSchema: JsonSchema | null;
  endpoints: EndpointInfo[];
}

/** What the elements read of JSON Schema 2020-12. */
export interface JsonSchema {
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  examples?: unknown[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  writeOnly?: boolean;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  additionalProperties?: boolean | JsonSchema;
  "x-multiline"?: boolean;
}

/** An app as the reference dashboard's routes return it; a host with apps of its own gives the same shape. */
export interface App {
  id: string;
  name: string;
  integrationType: string | null;
  integrationEnabled: boolean;
  config: Record<string, unknown>;
  secretsSet: string[];
  configError: ErrorBody | null;
}

export interface AppHealth {
  appId: string;
  name: string;
  integrationType: string;
  state: "ok" | "idle" | "failing" | "backing-off" | "stopped" | "disabled" | "unknown-integration";
  lastSuccess: string | null;
  lastFailure: string | null;
  lastError: ErrorBody | null;
  latency: number | null;
  calls: number;
  cacheHits: number;
  nextRefresh: string | null;
}

export interface ActiveAlert extends Alert {
  appId: string;
  appName: string;
  endpointId: string | null;
}

/** What identifies the data of a widget. */
export interface DataRequest {
  appId: string;
  endpointId: string;
  parameters?: Record<string, unknown>;
}
