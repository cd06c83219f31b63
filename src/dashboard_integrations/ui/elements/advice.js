/** What to do next about an error, for a person who can open the app's form. */

import { say } from "./text.js";

/** @typedef {import("./types.js").ErrorBody} ErrorBody */

const CHECK = "Check the app’s form, then test the connection.";
const WAIT = "Nothing to do yet: it is tried again by itself.";
const REPORT = "Tell the author of the integration, with this message.";

/** @type {Partial<Record<import("./types.js").ErrorCode, string>>} */
const NEXT = {
  "invalid-config": "Correct the fields in the app’s form.",
  "auth-failed": "Type the credentials again in the app’s form, then test the connection.",
  "secret-unreadable": "Bring back the key that sealed it, or type its secrets again in the app’s form.",
  "tls-untrusted": "Test the connection in the app’s form, and look at the certificate there.",
  disabled: "Switch it on in the app’s form.",
  "unknown-integration": "Install the package that offers this integration, then start the dashboard again.",
  forbidden: CHECK,
  "not-found": CHECK,
  "blocked-address": CHECK,
  "unsupported-version": CHECK,
  unreachable: WAIT,
  timeout: WAIT,
  "rate-limited": WAIT,
  "upstream-error": WAIT,
  "backing-off": WAIT,
  "bad-response": REPORT,
  internal: REPORT,
};

/** The advice of the host's own errors, by reason or code. @type {Record<string, string>} */
const REASONS = {
  "config-version": "Update the package of this integration, then start the dashboard again.",
  pending: "It is shown as soon as it is there.",
  offline: "Check the network; it is tried again by itself.",
};

/**
 * Return the next step as one sentence; nothing is tried again by itself after a test.
 * @param {ErrorBody} error
 * @param {{ isTest?: boolean }} [options]
 */
export function advice({ code, source, reason }, { isTest = false } = {}) {
  const next = NEXT[code] ?? "Check what was asked for: it may have been deleted.";
  const isHost = source === "host";
  if (isHost && code === "auth-failed") return say("Sign in again.");
  if (isTest && reason === "offline") return say("Check the network, then try again.");
  if (reason && REASONS[reason]) return say(REASONS[reason]);
  if (isTest && next === WAIT) return say("Check the service and its address, then test the connection again.");
  if (isTest && code === "tls-untrusted")
    return say("Look at the certificate, and trust it if it is the service’s own.");
  return say(isHost && next === REPORT ? "The log of the dashboard says more." : next);
}

/**
 * Return a service's message as a sentence.
 * @param {string} message
 */
export function sentence(message) {
  const [first] = message.split(" ");
  const opened = first.includes("://") ? message : message.charAt(0).toLocaleUpperCase() + message.slice(1);
  return /[.!?…:]$/u.test(opened) ? opened : `${opened}.`;
}
