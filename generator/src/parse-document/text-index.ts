import { EVENT_ID, type Event, getScalarValue, parseEvents } from "js-yaml";
import { MAX_DEPTH } from "./limits.ts";
import { LINE_END, type TextPosition } from "./text-position.ts";

export interface TextIndex {
  /** Of the key at the path, or of the nearest one above it that is there; of an item, its own. */
  positionOf(path: readonly string[]): TextPosition;
  /** Keys that their mapping has before them already, in the order of the text. */
  duplicateKeys(max: number): readonly { path: readonly string[]; position: TextPosition }[];
}

/**
 * Where the keys of a text of JSON or YAML are. JSON is YAML here.
 *
 * @returns undefined for a text that is neither
 */
export function indexText(text: string): TextIndex | undefined {
  let events: Event[];
  try {
    events = parseEvents(text, { maxDepth: MAX_DEPTH });
  } catch {
    return undefined; // whoever parses it tells what is wrong
  }
  const nodes = new Nodes(text, events);
  const lines = lineStartsOf(text);
  return {
    positionOf: (path) => positionIn(lines, nodes.offsetOf(path)),
    duplicateKeys: (max) =>
      nodes
        .duplicates(max)
        .map(({ path, event }) => ({ path, position: positionIn(lines, nodes.startOf(event)) })),
  };
}

/** Events, addressed by their index, as the tree that they are. */
class Nodes {
  readonly #text: string;
  readonly #events: readonly Event[];
  /** Of each collection, the index of what follows it. */
  readonly #next: Int32Array;
  /** Of the collections that were asked about. */
  readonly #byName = new Map<number, ReadonlyMap<string, Child>>();

  constructor(text: string, events: readonly Event[]) {
    this.#text = text;
    this.#events = events;
    this.#next = new Int32Array(events.length);
    const open: number[] = [];
    for (const [index, { type }] of events.entries()) {
      if (type === EVENT_ID.POP) this.#next[open.pop() ?? 0] = index + 1;
      else if (type !== EVENT_ID.SCALAR && type !== EVENT_ID.ALIAS) open.push(index);
    }
  }

  offsetOf(path: readonly string[]): number {
    let node = ROOT;
    let offset = this.startOf(node);
    for (const part of path) {
      const found = this.#child(this.#target(node), part);
      if (found === undefined) break;
      offset = this.startOf(found.mark);
      node = found.node;
    }
    return offset;
  }

  startOf(index: number): number {
    const event = this.#events[index];
    if (event === undefined) return 0;
    if (event.type === EVENT_ID.SCALAR) {
      // Quotes, and the sign of a block, are before the value.
      const isQuoted = /["']/.test(this.#text[event.valueStart - 1] ?? "");
      return Math.max(0, event.valueStart - (isQuoted ? 1 : 0));
    }
    if (event.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
    return "start" in event ? event.start : 0;
  }

  duplicates(max: number): { path: string[]; event: number }[] {
    const found: { path: string[]; event: number }[] = [];
    const visit = (node: number, path: string[]): void => {
      const keys = new Set<string>();
      for (const { name, mark, node: value } of this.#children(node)) {
        if (found.length >= max) return;
        const inner = [...path, name];
        if (this.#isMapping(node) && keys.has(name) && name !== "<<")
          found.push({ path: inner, event: mark });
        keys.add(name);
        visit(value, inner);
      }
    };
    visit(ROOT, []);
    return found;
  }

  #isMapping(index: number): boolean {
    return this.#events[index]?.type === EVENT_ID.MAPPING;
  }

  #child(parent: number, name: string): Child | undefined {
    let children = this.#byName.get(parent);
    if (children === undefined) {
      // The last of several counts.
      children = new Map([...this.#children(parent)].map((child) => [child.name, child]));
      this.#byName.set(parent, children);
    }
    return children.get(name);
  }

  *#children(parent: number): Generator<Child> {
    const isMapping = this.#isMapping(parent);
    if (!isMapping && this.#events[parent]?.type !== EVENT_ID.SEQUENCE) return;
    let index = parent + 1;
    for (let count = 0; this.#events[index]?.type !== EVENT_ID.POP; count += 1) {
      const node = isMapping ? this.#after(index) : index;
      yield { name: isMapping ? this.#nameOf(index) : String(count), mark: index, node };
      index = this.#after(node);
    }
  }

  #after(index: number): number {
    return this.#next[index] || index + 1;
  }

  #nameOf(index: number): string {
    const event = this.#events[index];
    return event?.type === EVENT_ID.SCALAR ? getScalarValue(this.#text, event) : "";
  }

  /** What an alias stands for: the latest node before it with its anchor. */
  #target(index: number): number {
    const alias = this.#events[index];
    if (alias?.type !== EVENT_ID.ALIAS) return index;
    const name = this.#text.slice(alias.anchorStart, alias.anchorEnd);
    for (let before = index - 1; before > 0; before -= 1) {
      const event = this.#events[before];
      if (event === undefined || event.type === EVENT_ID.ALIAS || !("anchorStart" in event)) continue;
      if (event.anchorStart >= 0 && this.#text.slice(event.anchorStart, event.anchorEnd) === name)
        return before;
    }
    return index;
  }
}

/** After the event of the document itself. */
const ROOT = 1;

/** An entry of a mapping, marked by its key, or an item, marked by itself. */
type Child = { name: string; mark: number; node: number };

function lineStartsOf(text: string): number[] {
  return [0, ...[...text.matchAll(LINE_END)].map(({ 0: end, index }) => index + end.length)];
}

function positionIn(lines: readonly number[], offset: number): TextPosition {
  let low = 0;
  let high = lines.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((lines[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return { line: low + 1, column: offset - (lines[low] ?? 0) + 1 };
}
