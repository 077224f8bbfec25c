import { LINE_WIDTH } from "../doc-comment.ts";
import { stringLiteral } from "../encode.ts";
import { RUNTIME_TYPES, RUNTIME_VALUES } from "../names.ts";

/** The contract between committed clients and any later runtime. */
export const RUNTIME = "@openapi-m2m/runtime/codegen/v1";

type RuntimeName = (typeof RUNTIME_TYPES)[number] | (typeof RUNTIME_VALUES)[number];

/** The runtime's names in one file: whoever prints one says so, and the file imports just those. */
export class RuntimeNames {
  readonly #used = new Set<string>();

  use(name: RuntimeName): string {
    this.#used.add(name);
    return name;
  }

  /** Empty when nothing was used. */
  importStatement(): string {
    const values = RUNTIME_VALUES.filter((name) => this.#used.has(name));
    const types = RUNTIME_TYPES.filter((name) => this.#used.has(name));
    if (values.length === 0) return types.length === 0 ? "" : importStatement("import type", types, RUNTIME);
    return importStatement("import", [...values, ...types.map((name) => `type ${name}`)], RUNTIME);
  }
}

/** On one line where it fits, else on as few as can be: a client of a thousand operations imports many. */
export function importStatement(
  keyword: "import" | "import type",
  names: readonly string[],
  from: string,
): string {
  const line = `${keyword} { ${names.join(", ")} } from ${stringLiteral(from)};\n`;
  if (line.length <= LINE_WIDTH) return line;
  return `${keyword} {\n${filledLines(names)}} from ${stringLiteral(from)};\n`;
}

function filledLines(names: readonly string[]): string {
  const lines: string[] = [];
  let line = " ";
  for (const name of names) {
    if (line.length + name.length + 2 > LINE_WIDTH && line !== " ") {
      lines.push(`${line}\n`);
      line = " ";
    }
    line += ` ${name},`;
  }
  return `${lines.join("")}${line}\n`;
}
