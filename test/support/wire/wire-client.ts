import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { onTestFinished } from "vitest";
import { generate } from "../../../generator/src/generate.ts";
import type { ApiClientOptions } from "../../../runtime/src/api-client.ts";
import type { Operation } from "../../../runtime/src/operation.ts";
import { addFiles } from "../folder.ts";
import type { AnyResult } from "./wire-answer.ts";
import type { WireOperation } from "./wire-operation.ts";

type WireClientOptions = ApiClientOptions<"wire.client"> & { credentials: Record<string, unknown> };
type Method = (input: unknown) => Promise<AnyResult>;
type AnyClient = Readonly<Record<string, Method>>;

/** A generated client of which only its table of operations is known. */
export interface WireClient {
  readonly create: (options: WireClientOptions) => AnyClient;
  readonly table: Readonly<Record<string, Operation>>;
}

/** Generates a client for a document and imports it; the document's own text is read where it is. */
export async function generateClient(document: string): Promise<WireClient> {
  const cwd = mkdtempSync(join(tmpdir(), "openapi-m2m-wire-"));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  const config = {
    output: ".",
    importExtension: "ts",
    tokenClients: { "wire.client": { issuer: "https://login.example.com" } },
    clients: {
      WireClient: { spec: join(dirname(document), basename(document)), tokenClient: "wire.client" },
    },
  };
  addFiles(cwd, { "openapi-m2m.config.json": config });
  await generate({ cwd });
  const module = (await import(/* @vite-ignore */ pathToFileURL(join(cwd, "wire/index.ts")).href)) as {
    WireClient: new (options: unknown) => AnyClient;
    wireOperations: Record<string, Operation>;
  };
  return { create: (options) => new module.WireClient(options), table: module.wireOperations };
}

/** The names of methods by the operations of the document, in whose order the table is where paths are the same. */
export function nameOperations(
  operations: readonly WireOperation[],
  table: WireClient["table"],
): ReadonlyMap<WireOperation, string> {
  const byTarget = Map.groupBy(Object.keys(table), (name) => {
    const { method, path } = table[name] as Operation;
    const template = path.map((part) => (typeof part === "string" ? part : `{${part.name}}`)).join("");
    return targetOf(method, template);
  });
  const found = operations.flatMap((operation): [WireOperation, string][] => {
    const name = byTarget.get(targetOf(operation.method, operation.path))?.shift();
    return name === undefined ? [] : [[operation, name]];
  });
  return new Map(found);
}

/** Fragments never go on the wire; a template may be percent-encoded or not. */
function targetOf(method: string, template: string): string {
  const path = template.replace(/#(?![^{]*\}).*$/, "");
  return `${method} ${path.replace(/%[0-9a-f]{2}/gi, decodeURIComponent)}`;
}
