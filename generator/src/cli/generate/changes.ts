import type { ApiChanges, ChangedOperation, ChangedPart, OperationName } from "../../generate.ts";
import { visible } from "../../visible.ts";
import { paint, print } from "../terminal.ts";

/** How many operations are listed of each kind. */
const MOST = 20;

const PART_NAMES: Readonly<Record<ChangedPart, string>> = {
  name: "name",
  request: "request",
  input: "input type",
  result: "result type",
  scopes: "scopes",
};

/** Says what changed in each API, as a list of its operations. */
export function printChanges(changes: readonly ApiChanges[]): void {
  for (const change of changes) print(`${linesOf(change).join("\n")}\n`);
}

function linesOf({ folder, added, removed, changed, scopesNeeded, scopesNotNeeded }: ApiChanges): string[] {
  return [
    `${visible(folder)} has changed:`,
    ...list(removed, (operation) => paint("red", `- ${nameOf(operation)}`)),
    ...list(added, (operation) => paint("green", `+ ${nameOf(operation)}${scopeOf(operation)}`)),
    ...list(changed, (operation) => paint("yellow", `~ ${nameOf(operation)}: ${differenceOf(operation)}`)),
    ...scopeLine("scopes needed now", scopesNeeded),
    ...scopeLine("scopes not needed any more", scopesNotNeeded),
  ];
}

function list<Operation extends OperationName>(
  operations: readonly Operation[],
  line: (operation: Operation) => string,
): string[] {
  const rest = operations.length - MOST;
  const lines = operations.slice(0, MOST).map((operation) => `  ${line(operation)}`);
  return rest > 0 ? [...lines, `  and ${rest} more like that; --json lists all`] : lines;
}

function nameOf({ name, method, path }: OperationName): string {
  return visible(`${name} (${method} ${path})`);
}

function scopeOf({ scopes }: OperationName): string {
  return scopes.length === 0 ? "" : visible(`, scope ${scopes.join(" ")}`);
}

function differenceOf({ parts, before, scopes, method, path }: ChangedOperation): string {
  const texts = parts.map((part) => {
    if (part === "name") return `was ${before.name}`;
    if (part === "scopes")
      return `scope ${before.scopes.join(" ") || "none"} → ${scopes.join(" ") || "none"}`;
    const isElsewhere = before.method !== method || before.path !== path;
    return part === "request" && isElsewhere ? `was ${before.method} ${before.path}` : PART_NAMES[part];
  });
  return visible(texts.join(", "));
}

function scopeLine(title: string, scopes: readonly string[]): string[] {
  return scopes.length === 0 ? [] : [visible(`  ${title}: ${scopes.join(" ")}`)];
}
