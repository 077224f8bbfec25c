import { parser } from "@prometheus-io/lezer-promql";

/** What an expression picks: `metric{label="value"}`. */
export interface Selector {
  /** Whole names, as Prometheus matches them. */
  readonly metric: RegExp;
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

export interface Expression {
  readonly selectors: readonly Selector[];
  /** Labels that it groups or matches by. */
  readonly groupedBy: readonly string[];
}

/**
 * Reads an expression of PromQL by Prometheus's own grammar.
 *
 * @throws {Error} where it is none
 */
export function parseExpression(text: string): Expression {
  const selectors: { metric: RegExp; matchers: Selector["matchers"][number][] }[] = [];
  const groupedBy: string[] = [];
  parser.parse(text).iterate({
    enter(node) {
      const part = text.slice(node.from, node.to);
      if (node.type.isError) throw new Error(`no PromQL at ${node.from}: ${text}`);
      if (node.name === "VectorSelector") selectors.push({ metric: /^$/, matchers: [] });
      const selector = selectors.at(-1);
      const parent = node.node.parent?.name;
      if (node.name === "Identifier" && selector) selector.metric = whole(part);
      if (node.name === "LabelName" && parent === "GroupingLabels") groupedBy.push(part);
      if (node.name !== "UnquotedLabelMatcher" || selector === undefined) return;
      const [, label = "", operator = "", value = ""] = /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/.exec(part) ?? [];
      if (label === "__name__") selector.metric = whole(value);
      else selector.matchers.push({ label, operator, value });
    },
  });
  return { selectors, groupedBy };
}

const whole = (pattern: string) => new RegExp(`^(?:${pattern})$`);

/** What Prometheus reads of a process: the values of each label, by metric. */
export type Series = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

/** Reads Prometheus's text format. */
export function parseSeries(text: string): Series {
  const series = new Map<string, Map<string, Set<string>>>();
  for (const [, name = "", labels = ""] of text.matchAll(/^(\w+)\{(.*)\} \S+$/gm)) {
    const known = series.get(name) ?? new Map<string, Set<string>>();
    series.set(name, known);
    for (const [, label = "", value = ""] of labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
      known.set(label, (known.get(label) ?? new Set()).add(value));
    }
  }
  return series;
}
