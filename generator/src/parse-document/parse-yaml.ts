import {
  boolCoreTag,
  CORE_SCHEMA,
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  floatCoreTag,
  intCoreTag,
  load,
  mapTag,
  mergeTag,
  NOT_RESOLVED,
  nullCoreTag,
  type ScalarTagDefinition,
  type Schema,
  seqTag,
  YAMLException,
} from "js-yaml";
import { LimitError, MAX_DEPTH, tooDeep } from "./limits.ts";
import type { TextPosition } from "./text-position.ts";

/** What is no YAML, and where. */
export class YamlError extends Error {
  readonly position: TextPosition;

  constructor(message: string, position: TextPosition, options?: ErrorOptions) {
    super(message, options);
    this.position = position;
  }
}

/** Each costs memory, whereas an alias costs nothing. */
const MAX_MERGED_KEYS = 1_000_000;

/**
 * Parses YAML 1.2 with `<<` of 1.1, which documents use.
 *
 * @throws {YamlError | LimitError}
 */
export function parseYaml(text: string): { value: unknown; hasDuplicates: boolean } {
  try {
    return { value: loadText(text, false), hasDuplicates: false };
  } catch (cause) {
    if (!isAbout(cause, /^duplicated mapping key/)) throw explain(cause);
  }
  try {
    return { value: loadText(text, true), hasDuplicates: true };
  } catch (cause) {
    throw explain(cause);
  }
}

function loadText(text: string, json: boolean): unknown {
  const limits = { maxDepth: MAX_DEPTH, maxTotalMergeKeys: MAX_MERGED_KEYS };
  return plainOf(load(text, { schema: schema(), json, ...limits }));
}

function isAbout(caught: unknown, reason: RegExp): boolean {
  return caught instanceof YAMLException && reason.test(caught.reason);
}

function explain(caught: unknown): unknown {
  if (!(caught instanceof YAMLException)) return caught;
  const { line = 0, column = 0 } = caught.mark ?? {};
  const position = { line: line + 1, column: column + 1 };
  if (isAbout(caught, /exceeded maxDepth/)) return tooDeep(position);
  if (isAbout(caught, /exceeded maxTotalMergeKeys/))
    return new LimitError("merges too many keys", position, "write keys out instead of merging them by `<<`");
  if (isAbout(caught, /^recursive alias/)) {
    const fix = "write what is meant there, or refer to it by $ref";
    return new LimitError("is an alias to what it is part of", position, fix);
  }
  return new YamlError(caught.reason, position, { cause: caught });
}

/** A scalar whose value is written otherwise: as a key it means its text, as `1.0` or `0x10` do. */
class Spelled {
  readonly value: unknown;
  readonly text: string;

  constructor(value: unknown, text: string) {
    this.value = value;
    this.text = text;
  }
}

function spelled(tag: ScalarTagDefinition): ScalarTagDefinition {
  return defineScalarTag<unknown>(tag.tagName, {
    ...tag,
    resolve: (text, isExplicit, tagName) => {
      const value: unknown = tag.resolve(text, isExplicit, tagName);
      if (value === NOT_RESOLVED) return NOT_RESOLVED;
      // JSON has no infinity: its text is all there is.
      const known = typeof value === "number" && !Number.isFinite(value) ? text : value;
      return String(known) === text ? known : new Spelled(known, text);
    },
  });
}

function keyOf(key: unknown): unknown {
  return key instanceof Spelled ? key.text : key;
}

function plainOf(value: unknown): unknown {
  return value instanceof Spelled ? value.value : value;
}

let known: Schema | undefined;

/** Made once, at the first document: importing a module makes nothing. */
function schema(): Schema {
  known ??= CORE_SCHEMA.withTags(
    mergeTag,
    [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag].map(spelled),
    defineSequenceTag(seqTag.tagName, {
      ...seqTag,
      addItem: (list, item, index) => seqTag.addItem(list, plainOf(item), index),
    }),
    defineMappingTag(mapTag.tagName, {
      ...mapTag,
      addPair: (map, key, value) => mapTag.addPair(map, keyOf(key), plainOf(value)),
      has: (map, key) => mapTag.has(map, keyOf(key)),
    }),
  );
  return known;
}
