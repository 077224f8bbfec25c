import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GeneratorError } from "../../generator/src/errors.ts";
import type { ClientTarget } from "../../generator/src/model.ts";
import { arbitraryDocument, distinctOperations } from "../support/arbitrary-document.ts";
import { compileErrors } from "../support/compile.ts";
import { documentOf } from "../support/documents.ts";
import { type Emitted, emitted, importAll } from "../support/emitted-clients.ts";
import { addFiles } from "../support/folder.ts";
import { evilTexts, hostileTexts } from "../support/hostile-texts.ts";
import { labelsOf, richDocument } from "../support/rich-document.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "openapi-m2m-hostile-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);

/** What was generated, each but once, by a hash of it. */
const generated = new Map<string, Emitted["files"]>();

/**
 * Generates a client, which ends in one of two ways: with output that is checked here and kept for the tests below,
 * or with an error about the document. That the output was not what it should be would be a defect.
 */
async function generate(document: unknown, rest: Partial<ClientTarget> = {}): Promise<Emitted | undefined> {
  // Of its own, for what is generated at the same time.
  const spec = join(mkdtempSync(join(folder, "document-")), "document.json");
  writeFileSync(spec, JSON.stringify(document));
  try {
    const result = await emitted(spec, rest);
    keep(result);
    return result;
  } catch (error) {
    if (!(error instanceof GeneratorError)) throw error;
    expect(error.code).toMatch(/^ERR_(DOCUMENT|MAPPING)_/);
    return undefined;
  }
}

function keep({ files }: Emitted): void {
  const hash = createHash("sha256");
  for (const { content } of files) hash.update(content);
  generated.set(hash.digest("hex"), files);
}

/**
 * Writes so many of what was generated, evenly chosen, each into a folder of its own.
 *
 * @returns paths of their indexes
 */
function writeSample(count: number): string[] {
  const step = Math.max(1, Math.floor(generated.size / count));
  const chosen = [...generated.values()].filter((_, index) => index % step === 0);
  return chosen.map((files, index) => {
    const name = `${count}-${index}`;
    addFiles(folder, Object.fromEntries(files.map(({ path, content }) => [`${name}/${path}`, content])));
    return `${name}/index.ts`;
  });
}

const labels = labelsOf(richDocument);

/** All that readers do not see, or see elsewhere than it is. */
const HIDDEN = /[\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u;

describe("a document", () => {
  test("hides nothing from who reviews what is generated", async () => {
    const hidden = "re\u200bad\u202e\u2066\u{e0041}";
    const result = await generate(richDocument((label) => label + hidden));
    const texts = result?.files.map(({ content }) => content) ?? [];
    expect(texts.join("")).toContain("re\\u200bad");
    expect(texts.filter((text) => HIDDEN.test(text))).toEqual([]);
  });

  test("of which every text is a name that was heard of is generated as it is", async () => {
    const result = await generate(richDocument());
    expect(result?.model.operations.map(({ name }) => name)).toEqual([
      "operationId",
      "postId",
      "keysId",
      "getEvents",
    ]);
  });

  test.each(labels.map((label, index) => [label, index] as const))(
    "with hostile text for its %s becomes data, or is refused",
    async (label, index) => {
      const others = [0, 1].map((turn) => hostileTexts[(index * 2 + turn) % hostileTexts.length] ?? "");
      for (const text of [...evilTexts, ...others]) {
        await generate(richDocument((other) => (other === label ? text : other)));
      }
    },
  );

  test.each(hostileTexts)("with %j in all of its texts becomes data, or is refused", async (text) => {
    await generate(richDocument((label) => label + text));
    await generate(
      richDocument((label) => text + label),
      { baseUrl: "document" },
    );
    await generate(richDocument(() => text));
    await generate(
      richDocument((label) => (label === "tag" ? text : label)),
      { group: "tag" },
    );
  });

  test("with something else in place of any of its values or names becomes data, or is refused", async () => {
    const [evil = ""] = evilTexts;
    const others = [evil, null, 7, [], { $ref: "#" }, { a: [true] }];
    for (const [index, path] of pathsOf(richDocument()).entries()) {
      const other = others[(index >> 1) % others.length];
      const document = changed(path, (parent, key) => {
        if (index % 2 === 0) rename(parent, key, evil);
        else Reflect.set(parent, key, other);
      });
      await generate(document);
    }
  });

  test(
    "that makes no sense becomes data, or is refused; the same one becomes the same",
    { timeout: 60_000 },
    () =>
      fc.assert(
        fc.asyncProperty(arbitraryDocument, async (document) => {
          const first = await generate(document);
          const second = await generate(document);
          expect(second?.files).toEqual(first?.files);
        }),
        { seed: 1, numRuns: 150 },
      ),
  );
});

describe("what was generated of them", () => {
  test("runs nothing of theirs when it is imported", { timeout: 60_000 }, () => {
    expect(generated.size).toBeGreaterThan(300);
    expect(importAll(folder, writeSample(250))).toEqual([]);
  });

  test("compiles under the strictest flags", { timeout: 120_000 }, () => {
    expect(compileErrors(folder, writeSample(80))).toEqual([]);
  });
});

describe("the import that looks for what runs", () => {
  test("finds a call, and a module that cannot be loaded", () => {
    addFiles(folder, { "bad/call.ts": "evil();", "bad/syntax.ts": "const", "bad/good.ts": "export {};" });
    const found = importAll(folder, ["bad/call.ts", "bad/good.ts", "bad/syntax.ts"]);
    expect(found).toEqual(["bad/call.ts", expect.stringContaining("bad/syntax.ts: SyntaxError")]);
  });
});

describe("the name of an operation", () => {
  const namesOf = async (operations: readonly [string, unknown][]) => {
    const result = await generate(documentOf(Object.fromEntries(operations)));
    return new Map(result?.model.operations.map(({ pathTemplate, name }) => [pathTemplate, name]));
  };

  test("is the same in whatever order the operations are", () =>
    fc.assert(
      fc.asyncProperty(
        distinctOperations.chain((operations) =>
          fc.tuple(
            fc.constant(operations),
            fc.shuffledSubarray(operations, { minLength: operations.length }),
          ),
        ),
        async ([operations, shuffled]) => {
          expect(await namesOf(shuffled)).toEqual(await namesOf(operations));
        },
      ),
      { seed: 1, numRuns: 30 },
    ));

  test("stays when other operations come or go", () =>
    fc.assert(
      fc.asyncProperty(
        distinctOperations.chain((operations) =>
          fc.tuple(fc.constant(operations), fc.subarray(operations, { minLength: 1 })),
        ),
        async ([operations, some]) => {
          const all = await namesOf(operations);
          for (const [path, name] of await namesOf(some)) expect(all.get(path)).toBe(name);
        },
      ),
      { seed: 1, numRuns: 30 },
    ));
});

type Path = readonly string[];

/** Of every value of a document, whatever it is in. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...pathsOf(inner, [...path, key])]);
}

/** A rich document in which the value at the path is changed. */
function changed(path: Path, change: (parent: object, key: string) => void): unknown {
  const document = structuredClone(richDocument());
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((value, key) => Reflect.get(value as object, key), document);
  change(parent as object, path.at(-1) ?? "");
  return document;
}

function rename(parent: object, key: string, name: string): void {
  if (Array.isArray(parent)) return;
  const value: unknown = Reflect.get(parent, key);
  Reflect.deleteProperty(parent, key);
  Object.defineProperty(parent, name, { value, enumerable: true });
}
