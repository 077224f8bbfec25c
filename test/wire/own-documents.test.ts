import { join } from "node:path";
import { folderWith } from "../support/folder.ts";
import { ownDocuments } from "../support/wire/own-documents.ts";
import { describeWire } from "../support/wire/wire-suite.ts";

/** Written to a folder of the test that takes it. */
const files = Object.entries(ownDocuments).map(([name, document]) => [
  name,
  () => join(folderWith({ "openapi.json": document }), "openapi.json"),
]);

describeWire("a client of each cell of OpenAPI's tables", Object.fromEntries(files));
