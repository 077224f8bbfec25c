import { describe, expect, test } from "vitest";
import { readSources } from "../support/architecture.ts";
import { namedSnippets } from "../support/named-snippets.ts";
import { createProject, runNode, runVitest } from "../support/scratch-project.ts";

/** A project that has the page's files and the clients that they use. */
function projectOfPage(): string {
  return createProject({
    ...Object.fromEntries(readSources("generated")),
    ...namedSnippets("docs/testing.md"),
  });
}

describe("the files of docs/testing.md", () => {
  test("pass with Vitest", async () => {
    expect(await runVitest(projectOfPage(), "retire-item.test.ts")).toMatch(/Tests +4 passed \(4\)/);
  });

  test("pass with node:test", async () => {
    expect(await runNode(projectOfPage(), "--test", "tokens.test.ts")).toMatch(/^. pass 3$/m);
  });
});
