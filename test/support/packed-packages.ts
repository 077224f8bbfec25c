import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What would be published. */
export interface PackedPackage {
  readonly name: string;
  /** Absolute path of the tarball. */
  readonly tarball: string;
  /** Paths within the package. */
  readonly files: readonly string[];
  /** Modules that can be imported, by the paths of `exports`. */
  readonly entries: readonly string[];
}

/** Packs both packages as they are built, into a folder of its own. */
export function packPackages(): { folder: string; packages: readonly PackedPackage[] } {
  const folder = mkdtempSync(join(tmpdir(), "openapi-m2m-packages-"));
  const options = ["--workspaces", "--json", "--pack-destination", folder];
  const output = execFileSync("npm", ["pack", ...options], { cwd: ROOT, encoding: "utf8", stdio: "pipe" });
  // By name since npm 11.19, a list before.
  const packed: readonly { name: string; filename: string; files: { path: string }[] }[] = Object.values(
    JSON.parse(output),
  );
  const packages = packed.map(({ name, filename, files }) => ({
    name,
    tarball: join(folder, filename),
    files: files.map(({ path }) => path),
    entries: entriesOf(name),
  }));
  return { folder, packages };
}

function entriesOf(name: string): string[] {
  const manifest = readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8");
  const paths = Object.keys(JSON.parse(manifest).exports);
  return paths.filter((path) => !path.endsWith(".json"));
}
