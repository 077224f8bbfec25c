import { asObject, type JsonObject, resolve } from "../../document.ts";
import type { SourceOperation } from "../../model/loaded-spec.ts";
import { firstFree } from "../../names.ts";
import { reachableFrom, refsIn, visitSchemas } from "../../schema-refs.ts";
import type { Flag, PropertyFlags } from "./property-flags.ts";

export interface Sides {
  /** Schemas of parameters and request bodies. */
  readonly request: readonly unknown[];
  /** Schemas of responses and their headers. */
  readonly response: readonly unknown[];
}

export function sidesOf(document: JsonObject, operations: readonly SourceOperation[]): Sides {
  const bodies = new Set(operations.map(({ operation }) => resolve(document, operation["requestBody"])));
  const parameters = new Set(operations.flatMap((source) => source.parameters));
  const responses = new Set(
    operations.flatMap(({ operation }) =>
      Object.values(asObject(operation["responses"])).map((response) => resolve(document, response)),
    ),
  );
  const headers = [...responses].flatMap((response) =>
    Object.values(asObject(response["headers"])).map((header) => resolve(document, header)),
  );
  return {
    request: [...bodies, ...parameters].flatMap(schemasOf),
    response: [...responses, ...headers].flatMap(schemasOf),
  };
}

/** Of a parameter, a header, a body or a response. */
function schemasOf({ schema, content }: JsonObject): unknown[] {
  const media = Object.values(asObject(content)).map(asObject);
  return [schema, ...media.flatMap((one) => [one["schema"], one["itemSchema"]])].filter(
    (one) => one !== undefined,
  );
}

/** Whether a property in it is left out of requests or of responses; references are not followed. */
export function holdsFlag(flags: PropertyFlags, schema: unknown): boolean {
  let holds = false;
  visitSchemas(schema, ({ properties }) => {
    for (const [name, value] of Object.entries(asObject(properties)))
      holds ||= flags.has("readOnly", name, value) || flags.has("writeOnly", name, value);
  });
  return holds;
}

/** Whether a schema in it says so of itself, be it left out for that or not; references are not followed. */
export function mentions(flag: Flag, schema: unknown): boolean {
  let mentioned = false;
  visitSchemas(schema, (inner) => {
    mentioned ||= inner[flag] === true;
  });
  return mentioned;
}

export interface Views {
  /** The schemas that only requests use: their own name is that of what is sent. */
  readonly ofRequests: ReadonlySet<string>;
  /** What a schema is called in requests. */
  readonly rename: (name: string) => string;
  /** Whether there can be such properties in the values of a schema. */
  readonly leadsOn: (schema: unknown) => boolean;
}

export function viewsOf(
  schemas: JsonObject,
  { flags, sides }: { flags: PropertyFlags; sides: Sides },
): Views {
  const affected = affectedBy(schemas, (schema) => holdsFlag(flags, schema));
  const sent = reachableFrom(new Set(sides.request), schemas);
  const received = reachableFrom(new Set(sides.response), schemas);
  const ofRequests = new Set([...affected].filter((name) => sent.has(name) && !received.has(name)));
  const names = new Map<string, string>();
  const taken = new Set(Object.keys(schemas));
  for (const name of affected) {
    if (!sent.has(name) || !received.has(name)) continue;
    const writable = firstFree(`${name}Writable`, (free) => taken.has(free));
    taken.add(writable);
    names.set(name, writable);
  }
  const leadsOn = (schema: unknown) =>
    holdsFlag(flags, schema) || [...refsIn(schema)].some((name) => affected.has(name));
  return { ofRequests, rename: (name) => names.get(name) ?? name, leadsOn };
}

/** The schemas for which something holds, and those that lead to them. */
function affectedBy(schemas: JsonObject, holds: (schema: unknown) => boolean): Set<string> {
  const users = new Map<string, string[]>();
  for (const [user, schema] of Object.entries(schemas)) {
    for (const used of refsIn(schema)) users.set(used, [...(users.get(used) ?? []), user]);
  }
  const affected = new Set(Object.keys(schemas).filter((name) => holds(schemas[name])));
  for (const name of affected) for (const user of users.get(name) ?? []) affected.add(user);
  return affected;
}
