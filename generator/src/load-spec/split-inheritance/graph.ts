/** From one node of a directed graph to another. */
export interface Edge {
  readonly from: string;
  readonly to: string;
}

/**
 * The edges of cycles: those by which one comes back to where one was. Takes time in proportion to the number of edges,
 * and no more stack for a long way than for a short one.
 */
export function edgesInCycles<E extends Edge>(edges: readonly E[]): E[] {
  const cycleOf = cyclesOf(edges);
  return edges.filter(({ from, to }) => cycleOf.get(from) === cycleOf.get(to));
}

/** Node to a node that stands for all in its cycle (its strongly connected component, after Kosaraju). */
function cyclesOf(edges: readonly Edge[]): Map<string, string> {
  const next = neighbours(edges.map(({ from, to }) => [from, to]));
  const previous = neighbours(edges.map(({ from, to }) => [to, from]));
  const nodes = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const visited = new Set<string>();
  const finished = [...nodes].flatMap((node) => walk(node, next, visited));
  const cycleOf = new Map<string, string>();
  const assigned = new Set<string>();
  for (const root of finished.toReversed()) {
    for (const node of walk(root, previous, assigned)) cycleOf.set(node, root);
  }
  return cycleOf;
}

function neighbours(pairs: readonly (readonly [string, string])[]): Map<string, string[]> {
  const result = new Map<string, string[]>();
  for (const [from, to] of pairs) {
    const known = result.get(from);
    if (known === undefined) result.set(from, [to]);
    else known.push(to);
  }
  return result;
}

/** Every node that can be reached and was not visited yet, those first that lead to no others. */
function walk(start: string, next: ReadonlyMap<string, readonly string[]>, visited: Set<string>): string[] {
  const finished: string[] = [];
  const path: { node: string; nextIndex: number }[] = [];
  const enter = (node: string) => {
    if (visited.has(node)) return;
    visited.add(node);
    path.push({ node, nextIndex: 0 });
  };
  enter(start);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const onward = next.get(top.node)?.[top.nextIndex];
    top.nextIndex += 1;
    if (onward !== undefined) enter(onward);
    else finished.push(path.pop()?.node ?? "");
  }
  return finished;
}
