import { formatPointer, type JsonObject } from "../../../document.ts";
import type { Finding } from "../../../errors.ts";
import type { Findings } from "../../findings.ts";
import type { SourceFile } from "../../source-files.ts";
import type { Found, SwaggerRefs } from "../swagger-refs.ts";

/** A path item of a Swagger 2.0 document, whose operations are to be completed. */
export interface PathItem {
  readonly refs: SwaggerRefs;
  readonly findings: Findings;
  readonly path: string;
  readonly value: JsonObject;
  /** Where it is; in another file where the document has no more than a reference. */
  readonly file: SourceFile;
  readonly pointer: string;
}

/** Where a value below a path item is in the main file: the path where the item itself is in another. */
export function pointerTo(item: PathItem, keys: readonly (string | number)[]): string {
  const { refs, file, path } = item;
  const found = { value: {}, file, pointer: pointerBelow(item, keys) };
  return refs.pointerOf(found, formatPointer(["paths", path]));
}

/** The object that a value below a path item is or refers to. */
export async function followIn(
  item: PathItem,
  keys: readonly (string | number)[],
  value: unknown,
): Promise<Found | undefined> {
  return await item.refs.follow(value, item.file, pointerBelow(item, keys));
}

function pointerBelow({ pointer }: PathItem, keys: readonly (string | number)[]): string {
  return pointer + formatPointer(keys).slice(1);
}

type Report = Pick<PathItem, "refs" | "findings">;

/** @param pointer - in the main file */
export function report({ refs, findings }: Report, pointer: string, finding: Finding): void {
  findings.add("ERR_DOCUMENT_INVALID", { file: refs.main, pointer }, finding);
}

export function reportMissing(item: Report, pointer: string, kind: string): void {
  const message = `is no ${kind}, nor a reference to one; it is left out`;
  report(item, pointer, { message, fix: "correct or remove it" });
}
