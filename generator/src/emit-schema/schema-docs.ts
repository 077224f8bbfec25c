import { asObject, asString, isObject, type JsonObject, own } from "../document.ts";
import { commentLine, commentLines } from "../encode.ts";

/** Values of more than this many characters are left out of comments: they are read in the document. */
const MAX_VALUE = 200;

const CONSTRAINTS =
  "format minimum exclusiveMinimum maximum exclusiveMaximum multipleOf minLength maxLength pattern minItems maxItems " +
  "uniqueItems minProperties maxProperties contentMediaType contentEncoding default";

const TAGS: ReadonlySet<string> = new Set(CONSTRAINTS.split(" "));

/**
 * What a schema says of its values in words and in constraints that types cannot express, as lines of a JSDoc comment.
 *
 * @param overriding - a parameter or the like that the schema belongs to: what it says comes first
 */
export function schemaDocs(schema: unknown, overriding: JsonObject = {}): string[] {
  const said = isObject(schema) ? schema : {};
  const text = proseOf(overriding) ?? proseOf(said);
  const prose = text === undefined ? [] : commentLines(text);
  const tags = [
    ...Object.keys(said).flatMap((key) => (TAGS.has(key) ? tagLine(key, said[key]) : [])),
    ...tagLine("example", exampleOf(overriding) ?? exampleOf(said)),
    ...(said["deprecated"] === true || overriding["deprecated"] === true ? ["@deprecated"] : []),
  ];
  return prose.length > 0 && tags.length > 0 ? [...prose, "", ...tags] : [...prose, ...tags];
}

function proseOf(holder: JsonObject): string | undefined {
  const texts = [holder["description"], holder["summary"], holder["title"]];
  return texts.map((text) => asString(text)?.trim()).find((text) => text);
}

/** `examples` of a schema is a list, that of a parameter a map of objects. */
function exampleOf({ example, examples }: JsonObject): unknown {
  const first = Array.isArray(examples) ? examples[0] : own(Object.values(asObject(examples))[0], "value");
  return example ?? first;
}

/** `uniqueItems: true` is a tag of one word. */
function tagLine(tag: string, value: unknown): string[] {
  if (value === undefined || value === false)
    return tag === "default" && value === false ? ["@default false"] : [];
  if (value === true && tag !== "default" && tag !== "example") return [`@${tag}`];
  const text = typeof value === "string" && !QUOTED.has(tag) ? value : (JSON.stringify(value) ?? "");
  if (text.length > MAX_VALUE || text === "") return [];
  return [`@${tag} ${commentLine(text)}`.trimEnd()];
}

/** Their values are of any type: a string is told from a number by its quotes. */
const QUOTED = new Set(["default", "example"]);
