import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import {
  addressesOf,
  draftOf,
  draftsOf,
  fieldsOf,
  isOptional,
  isReadable,
  itemOf,
  newItem,
  valuesOf,
} from "../../src/dashboard_integrations/ui/elements/schema.js";

// As `describe_integration` gives them for integrations of this project.
const installed = JSON.parse(readFileSync(new URL("schemas.json", import.meta.url), "utf8"));

/** The only field of a schema. */
function only(described, more = {}) {
  return fieldsOf({ type: "object", properties: { it: described }, ...more })[0];
}

/** What is sent for one field. */
function sent(described, draft, before, more) {
  return valuesOf([only(described, more)], { it: draft }, before && { it: before }).it;
}

/** What is sent when nobody types anything. */
function untouched(schema, stored) {
  const fields = fieldsOf(schema);
  return valuesOf(fields, draftsOf(fields, stored), stored);
}

test("the fields of a service are in the schema's order, the common ones known as such", () => {
  const fields = fieldsOf(installed.transmission.authConfigSchema);
  assert.deepEqual(
    fields.map(({ key, kind, common }) => [key, kind, common]),
    [
      ["url", "text", false],
      ["username", "text", false],
      ["password", "text", false],
      ["ca_certificate", "text", true],
      ["certificate_sha256", "text", true],
      ["client_certificate", "text", true],
      ["client_key", "text", true],
      ["timeout", "number", true],
    ],
  );
});

test("a secret is known through its alternatives", () => {
  const [, , password] = fieldsOf(installed.transmission.authConfigSchema);
  assert.deepEqual([password.writeOnly, password.nullable, password.needed], [true, true, false]);
});

test("a referenced enumeration is a choice with the default of the field itself", () => {
  const [, window] = fieldsOf(installed.prometheus.extraConfigSchema);
  assert.deepEqual(
    [window.kind, window.title, window.enum, draftOf(window)],
    ["choice", "Time range", ["1h", "6h", "24h", "7d", "30d"], 2],
  );
});

test("of a new app, defaults are sent and what is empty is not", () => {
  assert.deepEqual(untouched(installed.transmission.authConfigSchema), { timeout: 10 });
  assert.deepEqual(untouched(installed.prometheus.extraConfigSchema), { query: "up", window: "24h" });
});

test("of a stored app, what nobody touched is sent as it is", () => {
  const stored = { url: "http://nas:9091", username: "me", timeout: 20, ca_certificate: null };
  assert.deepEqual(untouched(installed.transmission.authConfigSchema, stored), {
    url: "http://nas:9091",
    username: "me",
    timeout: 20,
  });
});

test("what is emptied is cleared", () => {
  const fields = fieldsOf(installed.transmission.authConfigSchema);
  const stored = { url: "http://nas:9091", username: "me" };
  const drafts = { ...draftsOf(fields, stored), username: "" };
  assert.equal(valuesOf(fields, drafts, stored).username, null);
});

test("text whose default is not empty can be made empty", () => {
  const fields = fieldsOf(installed.system.authConfigSchema);
  assert.equal(valuesOf(fields, { ...draftsOf(fields), hidden_mounts: "" }).hidden_mounts, "");
});

test("unless the schema allows no empty text: then the default comes back", () => {
  const fields = fieldsOf(installed.prometheus.extraConfigSchema);
  const drafts = { ...draftsOf(fields), query: "" };
  assert.equal("query" in valuesOf(fields, drafts), false);
  assert.equal(valuesOf(fields, drafts, { query: "up" }).query, null);
});

test("a stored secret is left out, a cleared one is null, a typed one is sent", () => {
  const fields = fieldsOf(installed.transmission.authConfigSchema);
  const drafts = { ...draftsOf(fields), password: "x", client_key: "" };
  const send = (...states) => valuesOf(fields, drafts, {}, new Map(states));
  assert.equal("password" in send(["password", "kept"]), false);
  assert.equal(send(["password", "cleared"]).password, null);
  assert.equal(send().password, "x");
  assert.equal("client_key" in send(), false);
});

test("a secret of spaces is one", () => {
  assert.equal(sent({ type: "string", writeOnly: true }, "  "), "  ");
  assert.equal(sent({ type: "string" }, "  "), undefined);
});

test("numbers are sent as numbers, and what is none as it was typed", () => {
  assert.equal(sent({ type: "integer" }, "42"), 42);
  assert.equal(sent({ type: "number" }, "0.5"), 0.5);
  assert.equal(sent({ type: "number" }, "many"), "many");
  assert.equal(sent({ type: "integer" }, ""), undefined);
});

test("a switch always says something", () => {
  assert.equal(untouched({ properties: { it: { type: "boolean" } } }).it, false);
  assert.equal(untouched({ properties: { it: { type: "boolean", default: true } } }).it, true);
});

test("a switch that may be null is a choice", () => {
  const field = only({ anyOf: [{ type: "boolean" }, { type: "null" }], default: null });
  assert.deepEqual([field.kind, field.enum, draftOf(field)], ["choice", [true, false], -1]);
  assert.equal(sent({ type: ["boolean", "null"] }, 1), false);
});

test("a constant is the only choice, and made", () => {
  const field = only({ const: "v2" });
  assert.deepEqual([field.kind, field.enum, draftOf(field)], ["choice", ["v2"], 0]);
});

test("null is no option of its own", () => {
  const field = only({ enum: ["a", null] });
  assert.deepEqual([field.enum, field.nullable], [["a"], true]);
});

test("a stored choice that is gone is none", () => {
  assert.equal(draftOf(only({ enum: ["a", "b"] }), "c"), -1);
});

test("what must be there and may be null is null when empty", () => {
  assert.equal(sent({ type: ["string", "null"] }, "", undefined, { required: ["it"] }), null);
});

test("objects are drafts of their fields, their values without what is empty", () => {
  const described = {
    type: "object",
    properties: { host: { type: "string" }, port: { type: "integer", default: 80 } },
  };
  assert.deepEqual(sent(described, { host: "", port: "81" }), { port: 81 });
  assert.deepEqual(sent(described, { host: "", port: "" }, { host: "a", port: 80 }), { host: null, port: null });
});

test("an object that may be left out is off until it is stored", () => {
  const proxy = { anyOf: [{ $ref: "#/$defs/Proxy" }, { type: "null" }], default: null };
  const $defs = { Proxy: { type: "object", properties: { host: { type: "string" } }, required: ["host"] } };
  const field = only(proxy, { $defs });
  assert.deepEqual([field.kind, isOptional(field), draftOf(field)], ["object", true, null]);
  assert.deepEqual(draftOf(field, { host: "a" }), { host: "a" });
  assert.equal(sent(proxy, null, { host: "a" }, { $defs }), null);
  assert.equal(sent(proxy, null, undefined, { $defs }), undefined);
});

test("lists keep their order, and leave out items that are empty", () => {
  const described = { type: "array", items: { type: "string" }, default: ["a", "b"] };
  const items = draftOf(only(described));
  assert.deepEqual(
    items.map(({ value }) => value),
    ["a", "b"],
  );
  assert.deepEqual(sent(described, [...items.reverse(), newItem(only(described))]), ["b", "a"]);
});

test("an emptied list is empty, one that never held anything is left out", () => {
  assert.deepEqual(sent({ type: "array", items: { type: "string" }, default: ["a"] }, []), []);
  assert.equal(sent({ type: "array", items: { type: "string" } }, []), undefined);
  assert.deepEqual(sent({ type: "array", items: { type: "string" } }, [], ["a"]), []);
});

test("items of a list of objects have the defaults of theirs, and ids that differ", () => {
  const field = only({
    type: "array",
    items: { type: "object", properties: { port: { type: "integer", default: 80 } } },
  });
  const [first, second] = [newItem(field), newItem(field)];
  assert.deepEqual([itemOf(field).kind, first.value], ["object", { port: "80" }]);
  assert.notEqual(first.id, second.id);
});

test("what no control is made for is JSON", () => {
  for (const described of [
    { type: "object", additionalProperties: { type: "string" } },
    { anyOf: [{ type: "integer" }, { type: "object" }] },
    { type: "array" },
    { type: ["integer", "object"] },
    { $ref: "#/$defs/Nowhere" },
    {},
    true,
  ]) {
    assert.equal(only(described).kind, "json", JSON.stringify(described));
  }
});

test("JSON is shown as text and sent as a value", () => {
  const described = { type: "object", additionalProperties: true };
  assert.equal(draftOf(only(described), { a: [1] }), '{\n  "a": [\n    1\n  ]\n}');
  assert.deepEqual(sent(described, ' {"a": 1}'), { a: 1 });
  assert.equal(sent(described, ""), undefined);
  assert.deepEqual(
    ["{", "3", ""].map((draft) => isReadable(only(described), draft)),
    [false, true, true],
  );
});

test("where text is an alternative, what is not JSON is text", () => {
  const described = { anyOf: [{ type: "integer" }, { type: "string" }] };
  assert.deepEqual([sent(described, "5"), sent(described, "auto")], [5, "auto"]);
  assert.deepEqual([isReadable(only(described), "auto"), draftOf(only(described), "auto")], [true, "auto"]);
});

test("stored values that do not fit are shown all the same", () => {
  assert.equal(draftOf(only({ type: "string" }), { a: 1 }), '{\n  "a": 1\n}');
  assert.deepEqual(draftOf(only({ type: "array", items: { type: "string" } }), "a"), []);
  assert.equal(draftOf(only({ type: "integer" }), "many"), "many");
});

test("a schema that contains itself ends", () => {
  const $defs = {
    Node: { type: "object", properties: { next: { $ref: "#/$defs/Node" } }, required: ["next"] },
    Loop: { $ref: "#/$defs/Loop" },
  };
  let field = only({ $ref: "#/$defs/Node" }, { $defs, required: ["it"] });
  draftOf(field);
  let depth = 0;
  for (; field.kind === "object"; depth++) [field] = fieldsOf(field);
  assert.deepEqual([depth, field.kind], [10, "json"]);
  assert.equal(only({ $ref: "#/$defs/Loop" }, { $defs }).kind, "json");
});

test("a field without a title is called by its key", () => {
  assert.equal(fieldsOf({ properties: { api_key: { type: "string" } } })[0].title, "api key");
});

test("a schema without properties has no fields", () => {
  assert.deepEqual(fieldsOf({ type: "object" }), []);
});

test("addresses are origins of URLs, and fields named like a host or port", () => {
  const config = {
    url: "HTTP://Nas:80/path",
    name: "a",
    deep: { host: "b", port: 1 },
    more: ["https://c:8443/x", null],
  };
  assert.deepEqual(addressesOf(config), [".urlhttp://nas", ".deep.hostb", ".deep.port1", ".more.0https://c:8443"]);
  assert.deepEqual(addressesOf({ url: "http://[" }), [".urlhttp://["]);
});
