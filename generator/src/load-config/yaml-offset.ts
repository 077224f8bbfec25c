import { isCollection, isMap, isScalar, type Node } from "yaml";

/**
 * Where in a text of JSON or YAML the value at a path is: its key where there is one, which is what the reader looks
 * for. Of a path that leads nowhere, the nearest value that is there.
 */
export function offsetOf(contents: Node | null, parts: readonly string[]): number {
  let node: unknown = contents;
  let offset = contents?.range?.[0] ?? 0;
  for (const part of parts) {
    const pair = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && String(key.value) === part)
      : undefined;
    const next = pair?.value ?? (isCollection(node) ? node.get(Number(part), true) : undefined);
    const mark = (pair?.key ?? next) as Node | undefined;
    if (mark === undefined) break;
    offset = mark.range?.[0] ?? offset;
    node = next;
  }
  return offset;
}
