/** The shapes of the form modules. Nothing of this file reaches a browser. */

import type { Formatter } from "./format.js";
import type { Child, Props, VNode } from "./render.js";
import type { ErrorBody, JsonSchema } from "./types.js";

/** A schema of one field, its references and its one alternative besides `null` spread into it. */
export interface Field extends JsonSchema {
  key: string;
  kind: "text" | "number" | "switch" | "choice" | "object" | "list" | "json";
  needed: boolean;
  nullable: boolean;
  /** JSON that may be plain text too. */
  loose: boolean;
  /** Set apart: what every service has and few need. */
  common: boolean;
  $root: JsonSchema;
  $depth: number;
}

/** What stands in the control of an item of a list; the id stays with it when it moves. */
export interface Item {
  id: number;
  value: any;
}

/** Drafts are what stands in the controls: text, the number of an option, or drafts of what is inside. */
export type Drafts = Record<string, any>;

/** Stored secrets that are not typed again, by path. */
export type Secrets = Map<string, "kept" | "cleared">;

export type FieldsOf = (schema: JsonSchema | Field) => Field[];
export type FieldOf = (parent: JsonSchema | Field, key: string, described: unknown, needed: boolean) => Field;
export type Flat = (given: any, defs: Record<string, JsonSchema>, depth?: number) => any;
export type ItemOf = (field: Field) => Field;
export type NewItem = (field: Field, value?: unknown) => Item;
export type DraftOf = (field: Field, value?: any) => any;
export type DraftsOf = (fields: Field[], values?: Drafts | null) => Drafts;
export type ValuesOf = (
  fields: Field[],
  drafts: Drafts,
  before?: any,
  secrets?: Secrets,
  prefix?: string,
) => Record<string, unknown>;
export type Say = (field: Field, draft: any, before?: any, secrets?: Secrets, path?: string) => unknown;
export type Test = (field: Field) => boolean;
export type TestDraft = (field: Field, draft: string) => boolean;
export type AddressesOf = (value: unknown, path?: string) => string[];

/** A field in its place: `box[key]` is its draft. */
export interface Place {
  field: Field;
  path: string;
  box: Drafts;
  key: string;
  label: string;
  moved: boolean;
}

export interface RowSpec {
  id: string;
  label: string;
  help?: string | null;
  error?: string | false | null;
  needed?: boolean;
}

export type Row = (spec: RowSpec, control: VNode, ...more: Child[]) => VNode;
export type About = (spec: RowSpec) => Child[];
export type Input = (
  value: unknown,
  change: (value: any) => void,
  props: Props,
  tag?: string,
  ...children: Child[]
) => VNode;
export type Control = (field: Field, draft: any, change: (draft: any) => void, required: boolean) => VNode;
export type Button = (label: string, onclick: (event: any) => void, props?: Props) => VNode;
export type Facts = (facts: [string, Child][]) => VNode;
export type Draw = (place: Place) => VNode;
export type DrawError = (place: Place, error: string) => VNode;
export type Group = (legend: Child, place: Place, error: string, ...children: Child[]) => VNode;
export type DrawList = (place: Place, error: string, draw: Draw, changed: () => void) => VNode;
export type ListButtons = (items: Item[], index: number, label: string, changed: () => void) => VNode;
export type CertificateDialog = (
  error: ErrorBody,
  format: Formatter,
  trust: (sha256: string) => void,
  close: () => void,
) => VNode;
