import { parseYaml } from "@redocly/openapi-core";
import { LineCounter, parseDocument as parseYamlSlowly } from "yaml";
import { isObject, type JsonObject } from "../document.ts";
import { reasonOf } from "../errors.ts";
import { unreadable } from "./read-source.ts";

/**
 * Parses JSON or YAML with the fastest parser for it; only a text that has an error is parsed again, by
 * the parser that knows where the error is.
 */
export function parseDocument(file: string, text: string): JsonObject {
  let value: unknown;
  try {
    value = /^\s*\{/.test(text) ? parseJson(text) : parseYaml(text);
  } catch (cause) {
    const { line, column, message } = firstError(text, cause);
    throw unreadable(file, { line, column }, message, cause);
  }
  if (isObject(value)) return value;
  throw unreadable(file, { line: 1, column: 1 }, "is no JSON or YAML object", undefined);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parseYaml(text); // a YAML flow mapping may begin with a brace too
  }
}

function firstError(text: string, cause: unknown): { line: number; column: number; message: string } {
  const lineCounter = new LineCounter();
  const [error] = parseYamlSlowly(text, { lineCounter }).errors;
  if (error === undefined) return { ...markOf(cause), message: reasonOf(cause).split("\n")[0] ?? "" };
  const { line, col } = lineCounter.linePos(error.pos[0]);
  return {
    line,
    column: col,
    message: error.message.split("\n")[0]?.replace(/ at line \d+, column \d+:$/, "") ?? "",
  };
}

/** js-yaml counts from 0. */
function markOf(cause: unknown): { line: number; column: number } {
  const mark = (cause as { mark?: { line?: number; column?: number } })?.mark;
  return { line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1 };
}
