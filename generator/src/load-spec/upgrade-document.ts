import type { JsonObject } from "../document.ts";
import { Findings } from "./findings.ts";
import { type FileAccess, openFile, type SourceFile } from "./source-files.ts";
import type { OpenFile } from "./upgrade-document/swagger-refs.ts";
import { upgradeRoot } from "./upgrade-document/upgrade-root.ts";
import { upgradeSchemas } from "./upgrade-document/upgrade-schemas.ts";

/** A document of OpenAPI 3. */
export interface UpgradedDocument {
  /** Positions in it are those of the file as it is. */
  readonly root: SourceFile;
  /** How its other files are read. */
  readonly access: FileAccess;
  /** What could not be kept. */
  readonly findings: Findings;
}

/** Whether a document is Swagger 2.0; YAML without quotes makes a number of it. */
export function isSwagger({ swagger, openapi }: JsonObject): boolean {
  return openapi === undefined && (swagger === 2 || (typeof swagger === "string" && /^2\.0\b/.test(swagger)));
}

/** Upgrades a Swagger 2.0 document to OpenAPI 3.0, with every file that it refers to; leaves any other as it is. */
export async function upgradeDocument(file: SourceFile, access: FileAccess): Promise<UpgradedDocument> {
  const findings = new Findings();
  if (!isSwagger(file.root)) return { root: file, access, findings };
  const open: OpenFile = async (location, asking) => await openFile(access, location, asking);
  const { document, originOf } = await upgradeRoot(file, { open, findings });
  const upgradeOther = (other: SourceFile): SourceFile => {
    return { ...other, root: upgradeSchemas(other.root, other.location, file.location) };
  };
  return {
    root: {
      ...file,
      root: document,
      locate: (pointer, aspect) => file.locate(originOf(pointer), aspect),
      originOf,
    },
    access: {
      read: (location) => access.read(location),
      parse: (source) => upgradeOther(access.parse(source)),
    },
    findings,
  };
}
