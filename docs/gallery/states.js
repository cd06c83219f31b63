/** What the renderers are given: every view in every state that is worth a look. */

/**
 * @typedef {import("../../src/dashboard_integrations/ui/elements/types.js").View} View
 * @typedef {[name: string, view: View]} State
 */

const NOW = Date.now();

/** @param {number} seconds */
const ago = (seconds) => new Date(NOW - seconds * 1000).toISOString();

const ENDLESS = "endless".repeat(14_286); // 100 kB without a place to break
export const LONG =
  "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft reports pneumonoultramicroscopicsilicovolcanoconiosis";

/** Each breaks something that forgets that text is text. */
export const HOSTILE = [
  '<img src=x onerror="alert(1)">',
  "<script>alert(2)</script>",
  '"><svg/onload=alert(3)>',
  "\u202Eevil.exe \u2066txt",
  "{{constructor.constructor('alert(4)')()}}",
  "</style><h1>Owned</h1><!--",
];
const [IMAGE, SCRIPT, SVG, BIDI, TEMPLATE, STYLE] = HOSTILE;
const BAD_LINK = "javascript:alert(5)";
const UNIT = "<svg onload=a()>"; // as long as a unit may be

/** @param {import("../../src/dashboard_integrations/ui/elements/types.js").Stat[]} stats @returns {View} */
const card = (...stats) => ({ kind: "stat-card", stats });

/** @type {State[]} */
const statCards = [
  ["One", card({ label: "Queries today", value: 48_213, trend: "up", delta: 1204, deltaLabel: "since yesterday" })],
  [
    "Units",
    card(
      { label: "Down", value: 4_213_442, unit: "B/s", trend: "up" },
      { label: "Up", value: 81_920, unit: "B/s", trend: "down" },
      { label: "Disk", value: 81.2, unit: "%", status: "warning" },
      { label: "Uptime", value: 183_900, unit: "s" },
      { label: "Temperature", value: 41.5, unit: "°C" },
      { label: "Version", value: "4.0.6" },
    ),
  ],
  [
    "Every status",
    card(
      { label: "Ok", value: 12, status: "ok", trend: "flat", delta: 0 },
      { label: "Warning", value: 3, status: "warning", delta: 2, trend: "up" },
      { label: "Critical", value: 1, status: "critical", delta: -4, trend: "down", link: "https://example.org/" },
      { label: "Unknown", value: null, status: "unknown" },
      { label: "Info", value: "Ready", status: "info" },
    ),
  ],
  ["Missing values", card({ label: "Nothing yet", value: null, unit: "B/s" }, { label: "No words", value: "" })],
  [
    "Huge and tiny",
    card(
      { label: "Huge", value: 9.87e21 },
      { label: "Bytes", value: 1.2e19, unit: "B" },
      { label: "Tiny", value: 0.000_000_123 },
      { label: "Negative", value: -1_234_567.891, unit: "W" },
      { label: "Zero", value: 0, unit: "B/s" },
    ),
  ],
  ["Long words", card({ label: LONG, value: LONG, deltaLabel: LONG, delta: 1 }, { label: "Short", value: 1 })],
  [
    "Hostile",
    card(
      { label: IMAGE, value: SCRIPT, unit: UNIT, deltaLabel: TEMPLATE, delta: 1, link: BAD_LINK },
      { label: BIDI, value: BIDI },
      { label: STYLE, value: 1 },
    ),
  ],
];

/** @param {Partial<import("../../src/dashboard_integrations/ui/elements/types.js").Gauge>} more @returns {View} */
const gauge = (more) => ({ kind: "gauge", label: "Memory", value: 42, unit: "%", minimum: 0, maximum: 100, ...more });

const limits = /** @type {const} */ ([
  { value: 70, status: "warning" },
  { value: 90, status: "critical" },
]);

/** @type {State[]} */
const gauges = [
  ["Plain", gauge({})],
  ["Ok", gauge({ value: 35, thresholds: [...limits], caption: "5.6 of 16 GB" })],
  ["Warning", gauge({ value: 78, thresholds: [...limits] })],
  ["Critical", gauge({ value: 97, thresholds: [...limits], caption: "near the door" })],
  ["Told by the service", gauge({ value: 12, status: "info" })],
  ["Missing value", gauge({ value: null, thresholds: [...limits] })],
  ["Over the top", gauge({ value: 140, status: "critical" })],
  ["Another range", gauge({ label: "Outside", value: -12.5, unit: "°C", minimum: -30, maximum: 45 })],
  ["Huge", gauge({ label: "Stored", value: 8.1e15, unit: "B", maximum: 1.2e16 })],
  ["Long words", gauge({ label: LONG, caption: LONG })],
  ["Hostile", gauge({ label: IMAGE, unit: UNIT, caption: BIDI })],
];

/** @param {import("../../src/dashboard_integrations/ui/elements/types.js").ListItem[]} items @returns {View} */
const list = (...items) => ({ kind: "list", items });

/** @type {State[]} */
const lists = [
  [
    "Everything",
    {
      kind: "list",
      total: 12,
      items: [
        { title: "debian-13.iso", subtitle: "Seeding", value: 4_294_967_296, unit: "B", status: "ok", progress: 100 },
        { title: "archive.tar", subtitle: "Paused", status: "warning", progress: 42, time: ago(4000) },
        { title: "broken.zip", description: "The tracker says no.", status: "critical", link: "https://example.org/" },
        { title: "Something", status: "info", value: "ready", time: ago(90_000) },
        { title: "Nobody knows", status: "unknown", value: null, unit: "B" },
      ],
    },
  ],
  ["Titles", list({ title: "First" }, { title: "Second", link: "https://example.org/second" })],
  ["Empty", list()],
  ["Empty, in the service's words", { kind: "list", items: [], emptyText: "No downloads. Add one in Transmission." }],
  ["Long words", list({ title: LONG, subtitle: LONG, description: LONG, value: LONG, status: "ok", progress: 50 })],
  [
    "Hostile",
    list(
      { title: IMAGE, subtitle: SCRIPT, description: SVG, value: TEMPLATE, unit: UNIT, link: BAD_LINK },
      { title: BIDI, subtitle: BIDI },
    ),
  ],
];

/** @param {import("../../src/dashboard_integrations/ui/elements/types.js").ProgressBar[]} bars @returns {View} */
const progress = (...bars) => ({ kind: "progress", bars });

/** @type {State[]} */
const bars = [
  [
    "Downloads",
    {
      kind: "progress",
      total: 7,
      bars: [
        {
          label: "debian-13.iso",
          value: 1_073_741_824,
          maximum: 4_294_967_296,
          unit: "B",
          rate: 2_097_152,
          rateUnit: "B/s",
          timeLeft: 1536,
        },
        { label: "Scrub", value: 81, maximum: 100, unit: "%", status: "ok", caption: "pool tank" },
        { label: "Stalled", value: 12, maximum: 100, unit: "%", status: "warning", rate: 0, rateUnit: "B/s" },
        { label: "Failed", value: 99, maximum: 100, unit: "%", status: "critical", link: "https://example.org/" },
      ],
    },
  ],
  ["How far is not known", progress({ label: "Indexing", value: null, maximum: 100, status: "info" })],
  [
    "Beyond its end",
    progress({ label: "Over", value: 130, maximum: 100 }, { label: "Of little", value: 0, maximum: 0.001 }),
  ],
  [
    "Huge",
    progress({ label: "Sync", value: 9e18, maximum: 1e19, unit: "B", rate: 9e12, rateUnit: "B/s", timeLeft: 9e9 }),
  ],
  ["Empty", { kind: "progress", bars: [], emptyText: "Nothing is under way." }],
  ["Long words", progress({ label: LONG, caption: LONG, value: 50, maximum: 100 })],
  [
    "Hostile",
    progress({
      label: IMAGE,
      caption: `${SCRIPT} ${BIDI}`,
      value: 5,
      maximum: 10,
      unit: UNIT,
      link: BAD_LINK,
    }),
  ],
];

/** @param {import("../../src/dashboard_integrations/ui/elements/types.js").Alert[]} alerts @returns {View} */
const banner = (...alerts) => ({ kind: "alert-banner", alerts });

/** @type {State[]} */
const banners = [
  ["Nothing is wrong", banner()],
  ["Info", banner({ id: "a", severity: "info", title: "Version 2 is out", link: "https://example.org/news" })],
  [
    "Warning",
    banner({ id: "a", severity: "warning", title: "Disk is 91 % full", since: ago(7200), message: "/dev/sda1" }),
  ],
  [
    "Critical, and others",
    banner(
      { id: "a", severity: "critical", title: "Disk has failed", message: "Replace sdb.", since: ago(200_000) },
      { id: "b", severity: "warning", title: "Certificate expires in 6 days" },
      { id: "c", severity: "info", title: "A backup has run", since: ago(30) },
    ),
  ],
  ["Long words", banner({ id: "a", severity: "critical", title: LONG, message: LONG })],
  [
    "Hostile",
    banner(
      { id: "a", severity: "critical", title: IMAGE, message: SCRIPT, link: BAD_LINK },
      { id: "b", severity: "warning", title: BIDI, message: STYLE },
    ),
  ],
];

/** @param {number} count @param {number} [step] */
const times = (count, step = 300) => Array.from({ length: count }, (_, index) => ago((count - index) * step));

/** @param {number} count @param {number} phase @param {number} [scale] */
const wave = (count, phase, scale = 50) =>
  Array.from({ length: count }, (_, index) => Math.round(scale * (1.2 + Math.sin(index / 6 + phase))));

const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** @param {Partial<import("../../src/dashboard_integrations/ui/elements/types.js").Chart>} more @returns {View} */
const chart = (more) => ({
  kind: "chart",
  series: [{ label: "In", values: wave(48, 0), unit: "MB" }],
  times: times(48),
  ...more,
});

/** @type {State[]} */
const charts = [
  ["Line", chart({})],
  [
    "Areas and a line",
    chart({
      series: [
        { label: "In", values: wave(48, 0, 4e6), style: "area", unit: "B/s" },
        { label: "Out", values: wave(48, 2, 1e6), unit: "B/s" },
      ],
    }),
  ],
  [
    "Bars of categories",
    chart({
      times: null,
      categories: days,
      series: [
        { label: "Blocked", values: [120, 98, 140, 160, 90, 40, 30], style: "bar" },
        { label: "Allowed", values: [900, 870, 910, 1002, 800, 500, 420], style: "bar" },
      ],
    }),
  ],
  [
    "Stacked",
    chart({
      stacked: true,
      times: null,
      categories: days,
      series: ["IPv4", "IPv6", "Other"].map((label, index) => ({ label, values: wave(7, index, 20), style: "bar" })),
    }),
  ],
  [
    "Gaps",
    chart({ series: [{ label: "Seen", values: wave(48, 1).map((value, index) => (index % 11 > 7 ? null : value)) }] }),
  ],
  [
    "Below zero",
    chart({
      series: [{ label: "Outside", unit: "°C", values: wave(48, 0, 10).map((value) => value - 14), style: "area" }],
    }),
  ],
  [
    "Two units",
    chart({
      series: [
        { label: "Load", values: wave(48, 0, 40), unit: "%" },
        { label: "Heat", values: wave(48, 3, 30), unit: "°C" },
      ],
    }),
  ],
  ["One point", chart({ times: times(1), series: [{ label: "Now", values: [42] }] })],
  ["Flat", chart({ series: [{ label: "Same", values: Array.from({ length: 48 }, () => 5) }] })],
  ["Nothing but gaps", chart({ series: [{ label: "Missing", values: Array.from({ length: 48 }, () => null) }] })],
  ["Empty", chart({ series: [], times: [] })],
  ["Days of minutes", chart({ times: times(5000, 60), series: [{ label: "Requests", values: wave(5000, 0) }] })],
  [
    "Many series",
    chart({
      series: Array.from({ length: 12 }, (_, index) => ({
        label: `Core ${index}`,
        values: wave(48, index / 2),
        unit: "%",
      })),
    }),
  ],
  ["Huge", chart({ series: [{ label: "Bytes", values: wave(48, 0, 1e17), unit: "B" }], minimum: 0, maximum: 4e17 })],
  [
    "Long words",
    chart({
      times: null,
      categories: [LONG, "short", LONG],
      series: [{ label: LONG, values: [1, 2, 3], style: "bar" }],
    }),
  ],
  [
    "Hostile",
    chart({
      times: null,
      categories: [IMAGE, SCRIPT, BIDI],
      series: [
        { label: SVG, values: [1, 2, 3], unit: UNIT },
        { label: TEMPLATE, values: [3, 1, 2] },
      ],
    }),
  ],
];

/** @type {Record<string, State[]>} */
export const STATES = {
  "stat-card": statCards,
  gauge: gauges,
  list: lists,
  progress: bars,
  "alert-banner": banners,
  chart: charts,
};

/** One word of 100 kB in every field: more than routes let through, and no reason to fall over. */
export const ENDLESS_VIEWS = [
  card({ label: ENDLESS, value: ENDLESS, unit: UNIT, delta: 1, deltaLabel: ENDLESS }),
  gauge({ label: ENDLESS, unit: UNIT, caption: ENDLESS }),
  list({ title: ENDLESS, subtitle: ENDLESS, description: ENDLESS, value: ENDLESS, unit: UNIT, status: "ok" }),
  progress({ label: ENDLESS, caption: ENDLESS, value: 5, maximum: 10, unit: UNIT, rate: 1, rateUnit: UNIT }),
  banner({ id: "a", severity: "critical", title: ENDLESS, message: ENDLESS }),
  chart({ times: null, categories: [ENDLESS, "b"], series: [{ label: ENDLESS, values: [1, 2], unit: UNIT }] }),
];

/** Hundreds of parts in one view. */
export const MANY_VIEWS = [
  card(...Array.from({ length: 12 }, (_, index) => ({ label: `Counter ${index + 1}`, value: index ** 3, unit: "B" }))),
  list(
    ...Array.from({ length: 400 }, (_, index) => ({
      id: String(index),
      title: `Client ${index + 1}`,
      subtitle: `192.168.1.${index % 256}`,
      value: index * 1317,
      status: /** @type {const} */ (["ok", "warning", "critical", "unknown", "info"])[index % 5],
    })),
  ),
  progress(
    ...Array.from({ length: 200 }, (_, index) => ({
      id: `${index}`,
      label: `Job ${index + 1}`,
      value: index,
      maximum: 200,
    })),
  ),
  banner(
    ...Array.from({ length: 150 }, (_, index) => ({
      id: `${index}`,
      severity: /** @type {const} */ (["critical", "warning", "info"])[index % 3],
      title: `Target ${index + 1} is down`,
      since: ago(index * 1000),
    })),
  ),
];
