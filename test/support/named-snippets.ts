import { readFileSync } from "node:fs";

/** The snippets of a page that are whole files, by the names that their first lines say: `// worker.ts`. */
export function namedSnippets(page: string): Record<string, string> {
  const text = readFileSync(new URL(`../../${page}`, import.meta.url), "utf8");
  const found = text.matchAll(/^```ts\n(\/\/ ([\w-]+(?:\.[\w-]+)*\.ts)\n.*?)^```$/gms);
  return Object.fromEntries([...found].map(([, code = "", name = ""]) => [name, code]));
}
