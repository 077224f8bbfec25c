import { parseYaml } from "@redocly/openapi-core";
import ts from "typescript";
import { LineCounter, parseDocument as parseYamlSlowly } from "yaml";
import { isObject, type JsonObject } from "../document.ts";
import { errorAt, reasonOf, startOf } from "../errors.ts";

type Place = { line: number; column: number; message: string };

/**
 * Parses JSON or YAML with the fastest parser for it; only a text that has an error is parsed again, by
 * a parser that knows where the error is.
 */
export function parseDocument(file: string, text: string): JsonObject {
  let value: unknown;
  try {
    value = parse(file, text);
  } catch (cause) {
    const { line, column, message } = isJson(file) ? jsonError(text, cause) : yamlError(text, cause);
    throw errorAt("ERR_DOCUMENT_UNREADABLE", { file, line, column }, { message }, { cause });
  }
  if (isObject(value)) return value;
  throw errorAt("ERR_DOCUMENT_UNREADABLE", startOf(file), { message: "is no JSON or YAML object" });
}

function isJson(file: string): boolean {
  return /\.json(\?.*)?$/i.test(file);
}

/** JSON is YAML too, but parsed much faster; what only begins like it may still be a YAML flow mapping. */
function parse(file: string, text: string): unknown {
  if (isJson(file)) return JSON.parse(text);
  if (!/^\s*\{/.test(text)) return parseYaml(text);
  try {
    return JSON.parse(text);
  } catch {
    return parseYaml(text); // its error is the one to report
  }
}

/** V8 does not always say where. */
function jsonError(text: string, cause: unknown): Place {
  const { error } = ts.parseConfigFileTextToJson("document.json", text);
  const lines = text.slice(0, error?.start ?? 0).split("\n");
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1, message: reasonOf(cause) };
}

function yamlError(text: string, cause: unknown): Place {
  const lineCounter = new LineCounter();
  const [error] = parseYamlSlowly(text, { lineCounter }).errors;
  if (error === undefined) return { ...markOf(cause), message: firstLine(reasonOf(cause)) };
  const { line, col } = lineCounter.linePos(error.pos[0]);
  return { line, column: col, message: firstLine(error.message).replace(/ at line \d+, column \d+:$/, "") };
}

/** js-yaml counts from 0. */
function markOf(cause: unknown): { line: number; column: number } {
  const mark = (cause as { mark?: { line?: number; column?: number } })?.mark;
  return { line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1 };
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
