/** The state of an app or a plugin, in words, and with a colour that says the same. */

import { h } from "./elements.js";

/** @type {Record<string, [string, string]>} */
const STATES = {
  ok: ["ok", "Works"],
  idle: ["unknown", "Not asked yet"],
  failing: ["warning", "Failing"],
  "backing-off": ["warning", "Waiting to try again"],
  stopped: ["critical", "Stopped"],
  disabled: ["unknown", "Switched off"],
  "unknown-integration": ["critical", "Integration missing"],
  active: ["ok", "In use"],
  available: ["info", "Available"],
  incompatible: ["critical", "Incompatible"],
  conflict: ["critical", "Conflict"],
  blocked: ["unknown", "Blocked"],
  broken: ["critical", "Broken"],
};

/** @param {string} state */
export function stateChip(state) {
  const [status, words] = STATES[state] ?? ["unknown", state];
  return h("span", { class: `chip ${status}` }, words);
}
