import { asArray, type JsonObject } from "../document.ts";
import { BYTES, type Printable, STRING } from "./printable.ts";

/** What the types of a document are made from. */
export interface TypeContext {
  readonly document: JsonObject;
  /** Component schema to its name in the generated file. */
  readonly names: ReadonlyMap<string, string>;
  /** The type of a member of a union with a discriminator, where the component's own does not tell it from the others. */
  readonly memberParts: ReadonlyMap<string, Printable>;
}

/** Where a schema stands. */
export interface SchemaPlace {
  /** How bytes are held: as a Blob in what is no JSON, as text in what is. */
  readonly bytes: Printable;
  /** Names that a schema combined with this one requires. */
  readonly required: ReadonlySet<string>;
  /** The schemas that this one is combined with, and those that they are. */
  readonly around: readonly JsonObject[];
}

const NO_NAMES: ReadonlySet<string> = new Set();

export const BYTES_OF: Readonly<Record<"blob" | "text" | "either", Printable>> = {
  blob: BYTES,
  text: STRING,
  either: { oneOf: [STRING, BYTES] },
};

export function startPlace(bytes: Printable): SchemaPlace {
  return { bytes, required: NO_NAMES, around: [] };
}

export function namesIn(value: unknown): string[] {
  return asArray(value).filter((name) => typeof name === "string");
}
