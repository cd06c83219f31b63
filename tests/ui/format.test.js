import assert from "node:assert/strict";
import { test } from "node:test";

import { Formatter, formatterOf } from "../../src/dashboard_integrations/ui/elements/format.js";
import { statusColor } from "../../src/dashboard_integrations/ui/elements/status.js";

const en = new Formatter("en", "UTC");
/** @type {(text: string) => string} the spaces that do not break, and the marks of direction, set aside */
const plain = (text) => text.replace(/[\u00a0\u202f]/g, " ").replace(/[\u200e\u200f\u061c]/g, "");
/** @type {(seconds: number) => string} abbreviations have a dot in some versions of ICU */
const ago = (seconds) => en.ago(seconds).replace(".", "");

/**
 * @param {string} name
 * @param {[unknown, unknown][]} cases
 */
function table(name, cases) {
  test(name, () => {
    for (const [actual, expected] of cases) assert.equal(plain(String(actual)), expected);
  });
}

table("bytes and bits scale by thousands", [
  [en.value(0, "B"), "0 B"],
  [en.value(42, "B"), "42 B"],
  [en.value(1500, "B"), "1.5 kB"],
  [en.value(999_960, "B"), "1 MB"],
  [en.value(4_213_442, "B/s"), "4.2 MB/s"],
  [en.value(734_003_200, "B"), "734 MB"],
  [en.value(12e6, "bit/s"), "12 Mb/s"],
  [en.value(-1.2e9, "B"), "−1.2 GB"],
  [en.value(5e15, "B"), "5 PB"],
]);

table("SI units take prefixes, others stay as they are", [
  [en.value(3.45e9, "Hz"), "3.45 GHz"],
  [en.value(230.4, "V"), "230 V"],
  [en.value(1250, "Wh"), "1.25 kWh"],
  [en.value(0.5, "A"), "0.5 A"],
  [en.value(1013.25, "hPa"), "1,013 hPa"],
  [en.value(1500, "B/min"), "1,500 B/min"],
  [en.value(3, "players"), "3 players"],
  [en.value(21.5, "°C"), "21.5°C"],
]);

table("percent is rounded for a glance, but never up to all", [
  [en.value(81.4, "%"), "81%"],
  [en.value(3.25, "%"), "3.3%"],
  [en.value(0.05, "%"), "0.05%"],
  [en.value(99.999, "%"), "99.99%"],
  [en.value(100, "%"), "100%"],
  [en.value(-3, "%"), "−3%"],
]);

table("plain numbers, small to huge", [
  [en.value(0), "0"],
  [en.value(-0), "0"],
  [en.value(-0.0001), "−0.0001"],
  [en.value(1.257), "1.26"],
  [en.value(48_213), "48,213"],
  [en.value(1_234_567), "1.23M"],
  [en.value(-123_456_789_012), "−123B"],
  [en.value(1e21), "1E21"],
  [en.value(1.7976931348623157e308, "B"), "1.8E293 PB"],
  [en.value(1e-7), "1E−7"],
]);

table("what is not known is a dash, text is text", [
  [en.value(null, "B"), "–"],
  [en.value(undefined), "–"],
  [en.value(Number.NaN, "s"), "–"],
  [en.value(Number.POSITIVE_INFINITY), "–"],
  [en.value("NaN"), "NaN"],
  [en.value("Infinity", "B"), "Infinity B"],
  [en.value("1e3"), "1e3"],
  [en.value("v1.2.3", ""), "v1.2.3"],
  [en.value("<b>\u202e", null), "<b>\u202e"],
]);

table("exact values keep their digits", [
  [en.exact(4_213_442, "B/s"), "4,213,442 B/s"],
  [en.exact(81.4, "%"), "81.4%"],
  [en.exact(0.1 + 0.2), "0.3"],
  [en.exact(9_007_199_254_740_991), "9,007,199,254,740,991"],
  [en.exact(11_520.25, "s"), "11,520.25 s"],
  [en.exact(3.45e9, "Hz"), "3,450,000,000 Hz"],
  [en.exact("text"), "text"],
  [en.exact(null), "–"],
]);

table("changes have a sign", [
  [en.signed(3), "+3"],
  [en.signed(-1.2e6, "B"), "−1.2 MB"],
  [en.signed(0), "0"],
  [en.signed(-90, "s"), "−1 min 30 sec"],
  [en.signed(1.5, "%"), "+1.5%"],
  [en.signed(null), "–"],
]);

table("durations show their two largest units", [
  [en.duration(0), "0 sec"],
  [en.duration(0.35), "350 ms"],
  [en.duration(1.54), "1.5 sec"],
  [en.duration(59.7), "1 min"],
  [en.duration(91), "1 min 31 sec"],
  [en.duration(3_599.7), "1 hr"],
  [en.duration(11_520), "3 hr 12 min"],
  [en.duration(86_399.9), "1 day"],
  [en.duration(3_712_345), "42 days 23 hr"],
  [en.duration(1e9), "11,574 days 2 hr"],
  [en.value(-11_520, "s"), "−3 hr 12 min"],
]);

test("no duration below three days says the same unit twice or sixty of one", () => {
  for (let seconds = 0; seconds < 260_000; seconds += 7) {
    assert.doesNotMatch(en.duration(seconds), /\b(60 (sec|min)|24 hr|0 (day|hr|min))\b/, String(seconds));
  }
});

table("each language has its own marks, units and digits", [
  [new Formatter("de").value(4_213_442, "B/s"), "4,2 MB/s"],
  [new Formatter("de").value(81.4, "%"), "81 %"],
  [new Formatter("de").value(48_213), "48.213"],
  [new Formatter("ar-EG").value(81, "%"), "٨١٪"],
  [new Formatter("ar-EG").value(48_213), "٤٨٬٢١٣"],
  [new Formatter("ja").value(123_456_789), "1.23億"],
  [new Formatter("ja").value(4_213_442, "B"), "4.2 MB"],
  [new Formatter("hi").exact(4_213_442), "42,13,442"],
  [new Formatter("hi").value(12_300_000), "1.23 क॰"],
  [new Formatter("tr").value(81, "%"), "%81"],
]);

test("units are set apart in the order of the language", () => {
  const units = (/** @type {string} */ locale) =>
    new Formatter(locale).pieces(81, "%").map(({ text, isUnit }) => [plain(text), Boolean(isUnit)]);
  assert.deepEqual(units("en"), [
    ["81", false],
    ["%", true],
  ]);
  assert.deepEqual(units("tr"), [
    ["%", true],
    ["81", false],
  ]);
  const duration = en.pieces(11_520, "s").filter(({ isUnit }) => isUnit);
  assert.deepEqual(
    duration.map(({ text }) => text),
    ["hr", "min"],
  );
});

for (const tag of ["x_bad", "not a tag", "", "🙂", "en-u-nu-nonsense", "zz"]) {
  test(`the language tag ${JSON.stringify(tag)} does no harm`, () => {
    const formatter = new Formatter(tag);
    assert.match(formatter.value(1), /\d|\p{Nd}/u);
    assert.ok(formatter.duration(91) && formatter.ago(5) && formatter.time(0) && formatter.exactTime(0));
  });
}

const now = new Date("2026-11-25T22:00:00Z");
table("times say as much as is needed", [
  [en.time("2026-11-25T09:05:00Z", now), "9:05 AM"],
  [en.time("2026-11-03T09:05:00Z", now), "Nov 3, 9:05 AM"],
  [en.time("2025-11-25T09:05:00Z", now), "Nov 25, 2025"],
  [en.time("2027-01-01T00:00:00Z", now), "Jan 1, 2027"],
  [en.time(0, now), "Jan 1, 1970"],
  [en.time(new Date("2026-11-25T00:00:00Z"), now), "12:00 AM"],
  [en.time("soon", now), "soon"],
  [new Formatter("de", "Asia/Tokyo").time("2026-11-25T22:30:00Z", now), "7:30"],
  [new Formatter("de", "Asia/Tokyo").time("2026-11-25T09:05:00Z", now), "25. Nov., 18:05"],
  [/^Wednesday, November 25, 2026.* 9:05:07\sAM UTC$/.test(en.exactTime("2026-11-25T09:05:07Z")), "true"],
]);

table("ages are relative", [
  [ago(0), "now"],
  [ago(0.4), "now"],
  [ago(42), "42 sec ago"],
  [ago(200), "3 min ago"],
  [ago(90_000), "yesterday"],
  [ago(86_400 * 45), "last mo"],
  [ago(-90), "in 1 min"],
  [new Formatter("de").ago(200), "vor 3 Min."],
]);

test("the language is that of the closest element with one, across shadow roots", () => {
  /** @type {(lang: string | null, host?: any) => any} */
  const element = (lang, host) => ({
    closest: () => (lang === null ? null : { getAttribute: () => lang }),
    getRootNode: () => ({ host }),
  });
  assert.equal(formatterOf(element(null, element("de"))).value(1.5), "1,5");
  assert.equal(formatterOf(element("en", element("de"))).value(1.5), "1.5");
  assert.equal(formatterOf(element("de")), formatterOf(element("de")));
  assert.equal(formatterOf(element(null)), formatterOf(element("")));
});

test("a status that nobody knows is unknown", () => {
  assert.deepEqual(["ok", "later addition", "__proto__", "toString"].map(statusColor), [
    "var(--_ok)",
    "var(--_unknown)",
    "var(--_unknown)",
    "var(--_unknown)",
  ]);
});
