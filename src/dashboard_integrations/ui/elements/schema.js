/** JSON Schema as a form: its fields, what is typed into them (drafts), and the configuration that the drafts say. */

/** @import { AddressesOf, DraftOf, DraftsOf, Field, FieldOf, FieldsOf, Flat, ItemOf, NewItem, Say, Test, TestDraft, ValuesOf } from "./form-types.js" */

const COMMON = ["ca_certificate", "certificate_sha256", "client_certificate", "client_key", "timeout"];
const ADDRESS = /\.(address|host|hostname|port|server)$/;
const DEEPEST = 9;

let items = 0;

/** @type {FieldsOf} */
export function fieldsOf(schema) {
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties).map(([key, inner]) => fieldOf(schema, key, inner, required.includes(key)));
}

/** @type {ItemOf} */
export const itemOf = (field) => fieldOf(field, "", field.items, true);

/** @type {FieldOf} */
function fieldOf(parent, key, described, needed) {
  const { $root = parent, $depth = 0 } = /** @type {any} */ (parent);
  const field = flat(described, $root.$defs ?? {});
  if ("const" in field) Object.assign(field, { enum: [field.const], default: field.const });
  if (field.type === "boolean" && field.nullable) field.enum = [true, false];
  if (field.enum) field.enum = field.enum.filter((/** @type {unknown} */ value) => value !== null);
  field.kind = $depth > DEEPEST ? "json" : kindOf(field);
  const common = !needed && !$depth && COMMON.includes(key);
  return { title: key.replaceAll("_", " "), ...field, key, needed, common, $root, $depth: $depth + 1 };
}

/** @type {Flat} */
function flat(given, defs, depth = 0) {
  const schema = { ...given };
  const { $ref, allOf = [], anyOf = [], oneOf = [] } = schema;
  const parts = [...allOf, ...anyOf, ...oneOf, ...($ref ? [defs[$ref.split("/").pop()]] : [])];
  const others = parts.filter((part) => part?.type !== "null");
  const named = [schema.type ?? []].flat();
  const types = named.filter((type) => type !== "null");
  const nullable = others.length < parts.length || types.length < named.length || !!schema.enum?.includes(null);
  if (others.length === 1 && depth < DEEPEST) {
    const inner = flat(others[0], defs, depth + 1);
    return { ...inner, ...schema, nullable: nullable || inner.nullable };
  }
  const loose = types.includes("string") || others.some((part) => part?.type === "string");
  return { ...schema, type: !others.length && types.length === 1 ? types[0] : undefined, nullable, loose };
}

/** @param {Field} schema */
function kindOf({ type, enum: options, properties, items }) {
  if (options) return "choice";
  if (type === "integer" || type === "number") return "number";
  if (type === "boolean") return "switch";
  if (type === "string") return "text";
  if (type === "object" && properties) return "object";
  return type === "array" && items ? "list" : "json";
}

/**
 * Tell whether an object may be left out as a whole.
 * @type {Test}
 */
export const isOptional = ({ needed, nullable, default: initial }) => nullable || (!needed && initial == null);

/** @type {DraftsOf} */
export const draftsOf = (fields, values) =>
  Object.fromEntries(fields.map((field) => [field.key, draftOf(field, values?.[field.key])]));

/** @type {DraftOf} */
export function draftOf(field, value = field.default) {
  switch (field.kind) {
    case "switch":
      return value === true;
    case "choice":
      return (field.enum ?? []).findIndex((option) => JSON.stringify(option) === JSON.stringify(value));
    case "object":
      return value == null && isOptional(field) ? null : draftsOf(fieldsOf(field), value);
    case "list":
      return (Array.isArray(value) ? value : []).map((item) => newItem(field, item));
  }
  if (value == null) return "";
  return typeof value === "string" && (field.kind !== "json" || field.loose) ? value : JSON.stringify(value, null, 2);
}

/** @type {NewItem} */
export const newItem = (field, value) => ({ id: ++items, value: draftOf(itemOf(field), value) });

/**
 * Return the configuration to send. What is empty is left out, or `null` when it is not so in `before`, what is stored.
 * @type {ValuesOf}
 */
export function valuesOf(fields, drafts, before, secrets, prefix = "") {
  /** @type {Record<string, unknown>} */
  const values = {};
  for (const field of fields) {
    const { key } = field;
    const value = sayOf(field, drafts[key], before?.[key], secrets, prefix + key);
    if (value !== undefined) values[key] = value;
  }
  return values;
}

/** @type {Say} */
function sayOf(field, draft, before, secrets, path = "") {
  const state = secrets?.get(path);
  if (state) return state === "kept" ? undefined : null;
  const value = said(field, draft, before, secrets, path);
  if (value !== undefined) return value;
  const { kind, needed, nullable, minLength, default: initial } = field;
  // Where some text is the default and none is allowed, an empty control says "none".
  if (kind === "text" && initial && !nullable && !minLength) return "";
  return before == null && !(nullable && (needed || initial != null)) ? undefined : null;
}

/** @type {Say} */
function said(field, draft, before, secrets, path) {
  switch (field.kind) {
    case "switch":
      return draft;
    case "choice":
      return field.enum?.[draft];
    case "object":
      return draft ? valuesOf(fieldsOf(field), draft, before, secrets, `${path}.`) : undefined;
    case "list": {
      const list = draft.map((/** @type {any} */ { value }) => sayOf(itemOf(field), value));
      const known = list.filter((/** @type {unknown} */ value) => value !== undefined);
      return known.length || field.needed || [field.default, before].flat().some(Boolean) ? known : undefined;
    }
  }
  if (!draft.trim() && !(field.writeOnly && draft)) return undefined;
  return field.kind === "text" ? draft : parsed(draft);
}

/** @param {string} draft */
function parsed(draft) {
  try {
    return JSON.parse(draft);
  } catch {
    return draft;
  }
}

/** @type {TestDraft} */
export const isReadable = (field, draft) => field.loose || !draft.trim() || parsed(draft) !== draft;

/**
 * Return where a configuration leads, as the server compares it: origins of URLs, and fields named like a host or port.
 * @type {AddressesOf}
 */
export function addressesOf(value, path = "") {
  if (value && typeof value === "object") {
    return Object.entries(value).flatMap(([key, inner]) => addressesOf(inner, `${path}.${key}`));
  }
  if (typeof value === "string" && value.includes("://")) return [path + originOf(value)];
  return value != null && ADDRESS.test(path) ? [path + value] : [];
}

/** @param {string} url */
function originOf(url) {
  try {
    return new URL(url).origin;
  } catch {
    return url;
  }
}
