import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith } from "../support/folder.ts";
import { ownDocuments } from "../support/wire/own-documents.ts";
import { createSuite } from "../support/wire/wire-suite.ts";

const { problemsOf } = createSuite("Clients of each cell of OpenAPI's tables", { rounds: 10 });

test.each(Object.keys(ownDocuments))(
  "every call and every answer of a client of each cell arrives as it was meant: %s",
  { timeout: 60_000 },
  async (name) => {
    const folder = folderWith({ "openapi.json": ownDocuments[name] });
    expect(await problemsOf(name, join(folder, "openapi.json"))).toEqual([]);
  },
);
