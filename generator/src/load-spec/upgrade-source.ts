import { type FileAccess, openFile, type SourceFile } from "./source-files.ts";
import type { OpenFile } from "./upgrade-document/swagger-refs.ts";
import { upgradeSchemas } from "./upgrade-document/upgrade-schemas.ts";
import { type UpgradedDocument, upgradeDocument } from "./upgrade-document.ts";

export interface UpgradedSource {
  /** As of OpenAPI 3.0; positions are still those of the file. */
  readonly root: SourceFile;
  /** How the other files of the document are read. */
  readonly others: FileAccess;
  /** By pointers of the file. */
  readonly losses: UpgradedDocument["findings"];
}

/** Upgrades a Swagger 2.0 document, and every file that it refers to. */
export async function upgradeSource(file: SourceFile, access: FileAccess): Promise<UpgradedSource> {
  const open: OpenFile = async (location, asking) => await openFile(access, location, asking);
  const { document, findings, origin } = await upgradeDocument(file, open);
  return {
    root: { ...file, root: document, locate: (pointer) => file.locate(origin(pointer)), originOf: origin },
    others: { read: access.read, parse: (source) => upgraded(access.parse(source), file.location) },
    losses: findings,
  };
}

function upgraded(file: SourceFile, main: string): SourceFile {
  return { ...file, root: upgradeSchemas(file.root, file.location, main) };
}
