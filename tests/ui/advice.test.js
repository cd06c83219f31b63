import assert from "node:assert/strict";
import { test } from "node:test";

import { advice, sentence } from "../../src/dashboard_integrations/ui/elements/advice.js";
import { say, translate } from "../../src/dashboard_integrations/ui/elements/text.js";

/** @returns {any} */
const error = (code, more = {}) => ({ code, message: "x", source: "upstream", fields: {}, details: {}, ...more });

test("every code has a next step", () => {
  const codes = [
    ...["invalid-request", "invalid-config", "auth-failed", "forbidden", "not-found", "rate-limited", "unreachable"],
    ...["timeout", "tls-untrusted", "bad-response", "unsupported-version", "upstream-error", "blocked-address"],
    ...["disabled", "unknown-app", "unknown-integration", "unknown-endpoint", "secret-unreadable", "backing-off"],
    "internal",
  ];
  for (const code of codes) assert.match(advice(error(code)), /^\p{Lu}.+\.$/u);
});

test("after a test nothing is tried again by itself", () => {
  assert.match(advice(error("unreachable")), /by itself/);
  for (const more of [{}, { reason: "offline" }]) {
    assert.doesNotMatch(advice(error("unreachable", more), { isTest: true }), /by itself/);
  }
});

test("a certificate that a test met can be looked at there", () => {
  assert.match(advice(error("tls-untrusted"), { isTest: true }), /^Look at the certificate/);
});

test("a session that ended is not the service's credentials", () => {
  assert.equal(advice(error("auth-failed", { source: "host" })), "Sign in again.");
});

test("what a later version saved waits for an update of its package", () => {
  const more = { source: "host", reason: "config-version" };
  assert.match(advice(error("unsupported-version", more)), /^Update the package of this integration/);
});

test("messages become sentences", () => {
  assert.equal(sentence("the service is down"), "The service is down.");
  assert.equal(sentence("http://nas:80 refused: start it"), "http://nas:80 refused: start it.");
  assert.equal(sentence("Done."), "Done.");
});

test("words can be replaced by others", () => {
  assert.equal(say("Hello {name}", { name: "Ann" }), "Hello Ann");
  translate({ "Hello {name}": "Hallo {name}" });
  const words = [say("Hello {name}", { name: "<b>" }), say("Hello {name}"), say("Hi")];
  assert.deepEqual(words, ["Hallo <b>", "Hallo {name}", "Hi"]);
});
