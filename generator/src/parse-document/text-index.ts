import { EVENT_ID, type Event, getScalarValue, parseEvents } from "js-yaml";
import type { Aspect } from "../errors.ts";
import { MAX_DEPTH } from "./limits.ts";
import { lineStartsOf, positionIn, type TextPosition, type TextRange } from "./text-position.ts";

export interface TextIndex {
  /** Of what is at the path, or of the nearest above it that is there: its value where that is one line, else its key. */
  positionOf(path: readonly string[], aspect: Aspect): TextPosition;
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
    positionOf: (path, aspect) => positionIn(text, lines, nodes.rangeOf(path, aspect)),
    duplicateKeys: (max) =>
      nodes
        .duplicates(max)
        .map(({ path, event }) => ({ path, position: positionIn(text, lines, nodes.extentOf(event)) })),
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

  rangeOf(path: readonly string[], aspect: Aspect): TextRange {
    let found: Child = { name: "", mark: ROOT, node: ROOT };
    let above = found;
    for (const part of path) {
      const child = this.#child(this.#target(found.node), part);
      if (child === undefined) break;
      [above, found] = [found, child];
    }
    // An item of which nothing is written is nowhere.
    if (this.#isEmpty(found.mark)) found = above;
    const key = this.extentOf(found.mark);
    const value = this.extentOf(found.node);
    const isBeside = value.end !== undefined && isLine(this.#text.slice(key.start, value.end));
    return aspect === "value" && isBeside ? value : key;
  }

  /** Of a scalar, with its quotes; of anything else only where it starts. */
  extentOf(index: number): TextRange {
    const event = this.#events[index];
    if (event === undefined) return { start: 0 };
    if (event.type === EVENT_ID.ALIAS) return { start: event.anchorStart - 1, end: event.anchorEnd };
    if (event.type !== EVENT_ID.SCALAR) return { start: "start" in event ? event.start : 0 };
    if (this.#isEmpty(index)) return { start: 0 };
    const { valueStart, valueEnd } = event;
    // Quotes, and the sign of a block, are before the value.
    const isQuoted = /["']/.test(this.#text[valueStart - 1] ?? "");
    const quote = isQuoted ? 1 : 0;
    return { start: valueStart - quote, end: valueEnd + quote };
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

  #isEmpty(index: number): boolean {
    const event = this.#events[index];
    return event?.type === EVENT_ID.SCALAR && event.valueStart < 0;
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

function isLine(text: string): boolean {
  return !/[\n\r]/.test(text);
}
