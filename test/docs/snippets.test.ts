import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { compileErrors } from "../support/compile.ts";
import { redisProgram } from "../support/redis-server.ts";
import { startWorkshop, type Workshop } from "../support/snippets/workshop.ts";
import { fileNameOf, listSnippets, PAGES, readPage, type Snippet } from "../support/snippets.ts";

/** What becomes of a block, by its language; what is only shown is others' code, or none. */
const LANGUAGES: Readonly<Record<string, "run" | "parsed" | "checked" | "shown">> = {
  ts: "run",
  json: "parsed",
  yaml: "parsed",
  sh: "checked",
  csharp: "shown",
  mermaid: "shown",
  text: "shown",
  "": "shown",
};

const snippets = PAGES.flatMap((page) => listSnippets(page));
const inLanguage = (name: string) => snippets.filter(({ language }) => language === name);
const titled = (list: readonly Snippet[]) => {
  return list.map((snippet) => [`${snippet.page}:${snippet.line}`, snippet] as const);
};
const code = inLanguage("ts");
const needsRedis = ({ text }: Snippet) => /from "(ioredis|redis)"/.test(text);
const runnable = code.filter((snippet) => {
  return snippet.notRun === undefined && !(redisProgram === undefined && needsRedis(snippet));
});

/** What the tests have to find. */
const [throwing, rejecting, straying, skipped] = listSnippets(
  "docs/wrong.md",
  `
\`\`\`ts
const a = "nothing";
throw new Error(a);
\`\`\`

\`\`\`ts
void Promise.reject(new Error("late"));
\`\`\`

\`\`\`ts
await fetch("https://elsewhere.company.com/").catch(() => {});
\`\`\`

<!-- not run: it shows a mistake -->
\`\`\`ts
\`\`\`
`,
) as [Snippet, Snippet, Snippet, Snippet];

let workshop: Workshop;

beforeAll(async () => {
  workshop = await startWorkshop([...code, throwing, rejecting, straying]);
}, 60_000);

afterAll(() => workshop[Symbol.asyncDispose]());

test("every block is in a language that the tests know what to do with", () => {
  const unknown = snippets.filter(({ language }) => !Object.hasOwn(LANGUAGES, language));
  expect(titled(unknown).map(([title, { language }]) => `${title}: ${language}`)).toEqual([]);
});

test("no block is left out but these, each for the reason that its page gives", () => {
  const left = snippets.filter(({ notRun }) => notRun !== undefined);
  expect(titled(left).map(([, { page, notRun }]) => `${page}: ${notRun}`)).toEqual([]);
});

test("every block of TypeScript compiles", () => {
  const errors = compileErrors(workshop.folder, ["prelude.ts", ...code.map(fileNameOf)]);
  // A snippet shows how to get something, and not always what it is for.
  expect(errors.filter((error) => !/never (read|used)/.test(error))).toEqual([]);
});

describe.concurrent("a block of TypeScript runs, and leaves no rejection behind", () => {
  test.each(titled(runnable))(
    "%s",
    async (_, snippet) => {
      await workshop.run(snippet);
    },
    60_000,
  );
});

describe("a block fails, with its page and line,", () => {
  test.each([
    ["that throws", throwing, "docs/wrong.md:4"],
    ["that leaves a rejection", rejecting, "docs/wrong.md:8"],
    ["that calls a host which nobody serves", straying, "elsewhere.company.com:443 is none of the hosts"],
  ])(
    "%s",
    async (_, snippet, said) => {
      await expect(workshop.run(snippet)).rejects.toThrow(said);
    },
    60_000,
  );
});

test("a comment above a block says why it is not run", () => {
  expect(skipped).toMatchObject({ line: 17, notRun: "it shows a mistake" });
});

test("all that the blocks ask servers for is answered", () => {
  expect(workshop.failures).toEqual([]);
});

test.each(titled(inLanguage("json")))("%s is JSON", (_, { text }) => {
  expect(JSON.parse(text)).toBeTypeOf("object");
});

test.each(titled(inLanguage("yaml")))("%s is YAML", (_, { text }) => {
  expect(parse(text)).toBeTypeOf("object");
});

describe("the command line knows each command and option of", () => {
  const commands = PAGES.flatMap((page) => {
    const found = readPage(page).matchAll(/npx (openapi-m2m\b[^`)#|>&\n]*)/g);
    return [...found].map(([, command = ""]) => `${page}: ${command.trimEnd()}`);
  });

  test.each([...new Set(commands)])("%s", async (title) => {
    const [, words = ""] = title.split("openapi-m2m");
    const [command = "", ...rest] = words.split(/\s+/).filter(Boolean);
    const isCommand = command !== "" && !command.startsWith("-");
    const help = await workshop.openapiM2m(...(isCommand ? [command] : []), "--help");
    expect(help).toContain(`Usage: openapi-m2m ${isCommand ? command : "["}`); // Not that of all, for one it lacks.
    const options = [command, ...rest].filter((word) => word.startsWith("-"));
    expect(options.filter((option) => !new RegExp(`(^|[\\s,])${option}\\b`, "m").test(help))).toEqual([]);
  });
});
