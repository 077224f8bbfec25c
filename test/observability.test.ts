import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ATTRIBUTE } from "../runtime/src/opentelemetry/attributes.ts";
import { createTokenManager } from "../runtime/src/token-manager.ts";
import { startMirror, throughFetch } from "./runtime/token-manager/ways.ts";
import { using } from "./support/disposal.ts";
import { createMemoryStore } from "./support/memory-store.ts";
import { type Expression, parseExpression, parseSeries, type Series } from "./support/promql.ts";
import { startTokenEndpoint } from "./support/scripted-server.ts";
import { startTokenTelemetry } from "./support/telemetry.ts";

const readDocument = (name: string) => readFileSync(new URL(`../docs/${name}`, import.meta.url), "utf8");

interface Rule {
  readonly alert: string;
  readonly expr: string;
}

interface Dashboard {
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly description?: string;
    readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
  }[];
}

const rules = (
  parse(readDocument("alert-rules.yaml")) as { groups: readonly { rules: readonly Rule[] }[] }
).groups.flatMap(({ rules }) => rules);
const dashboard = JSON.parse(readDocument("grafana-dashboard.json")) as Dashboard;

/** Everything that can be recorded, once at least, as OpenTelemetry's exporter gives it to Prometheus. */
async function scrapeAll(): Promise<string> {
  const telemetry = startTokenTelemetry();
  const login = await using(startTokenEndpoint());
  const store = createMemoryStore();
  const clients = { a: { tokenEndpoint: login.origin, clientId: "a" } };
  const tokens = await using(createTokenManager<string>({ clients, cache: { store, encryption: "none" } }));
  const api = await using(startMirror(new Set(["token-1"])));
  const callApi = throughFetch({ tokens, name: "a", baseUrl: api.origin });
  await callApi();
  await callApi();
  store.interfere = () => Promise.reject(Object.assign(new Error(), { code: "ECONNREFUSED" }));
  login.script = (_, response) => void response.writeHead(400).end('{"error":"invalid_client"}');
  await expect(callApi({ token: { forceRenewal: true } })).rejects.toThrow();
  return telemetry.scrape();
}

/** As the Collector names what has a unit. */
function addUnits(text: string): string {
  return text.replaceAll(/^openapi_m2m_token_(request_duration|time_to_expiry)/gm, "$&_seconds");
}

/** Labels that Prometheus adds, or makes of an attribute of the process. */
const OF_TARGETS = ["job", "instance", "le"];

/** What an expression asks for that is not there. */
function findMissing({ selectors, groupedBy }: Expression, series: Series): string[] {
  const missing: string[] = [];
  const known = new Set(OF_TARGETS);
  for (const { metric, matchers } of selectors) {
    const [name] = [...series.keys()].filter((name) => metric.test(name));
    const labels = series.get(name ?? "");
    if (labels === undefined) missing.push(String(metric));
    for (const label of labels?.keys() ?? []) known.add(label);
    for (const { label, operator, value } of matchers) {
      if (OF_TARGETS.includes(label)) continue;
      if (!labels?.has(label)) missing.push(`${metric} ${label}`);
      else if (operator === "=" && value !== "" && !labels.get(label)?.has(value)) {
        missing.push(`${metric} ${label}="${value}"`);
      }
    }
  }
  return [...missing, ...groupedBy.filter((label) => !known.has(label))];
}

/** With the variables of Grafana filled in. */
const fillIn = (expression: string) => {
  return expression.replaceAll("$__rate_interval", "5m").replaceAll(/\$(job|client)\b/g, ".*");
};

const expressions: readonly (readonly [where: string, expression: string])[] = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => [`${title}: ${expr}`, fillIn(expr)] as const),
  ),
];

describe("alert rules and dashboard", () => {
  test("ask for metrics, labels and values that are exported, by the SDK and by the Collector", async () => {
    const text = await scrapeAll();
    for (const series of [parseSeries(text), parseSeries(addUnits(text))]) {
      const missing = expressions.map(([where, expression]) => {
        return [where, findMissing(parseExpression(expression), series)] as const;
      });
      expect(missing.filter(([, found]) => found.length > 0)).toEqual([]);
    }
    expect(expressions.length).toBeGreaterThan(rules.length + 10);
  });

  test("ask for all metrics that there are", async () => {
    const asked = expressions.flatMap(([, expression]) => parseExpression(expression).selectors);
    const names = [...parseSeries(await scrapeAll()).keys()].filter((name) => /^openapi_m2m/.test(name));
    const unasked = names.filter((name) => !asked.some(({ metric }) => metric.test(name)));
    // Of a histogram, the sum is not wanted.
    expect(unasked).toEqual(["openapi_m2m_token_request_duration_sum"]);
    expect(names).toHaveLength(8);
  });
});

describe("the alert rules", () => {
  test("speak of labels that their expressions leave", () => {
    const spoken = rules.flatMap((rule) => {
      const { groupedBy } = parseExpression(rule.expr);
      const labels = [...JSON.stringify(rule).matchAll(/\$labels\.(\w+)/g)].map(([, label = ""]) => label);
      return labels.filter((label) => !groupedBy.includes(label)).map((label) => `${rule.alert}: ${label}`);
    });
    expect(spoken).toEqual([]);
  });

  test("are those that the page says what to do about", () => {
    const headings = [...readDocument("observability.md").matchAll(/^### (OpenapiM2m\w+)$/gm)];
    expect(headings.map(([, name]) => name)).toEqual(rules.map(({ alert }) => alert));
    const named = dashboard.panels.flatMap(
      ({ description = "" }) => description.match(/OpenapiM2m\w+/g) ?? [],
    );
    expect(rules.map(({ alert }) => alert)).toEqual(expect.arrayContaining(named));
  });
});

describe("the dashboard", () => {
  test("has panels of their own ids, whose legends are of labels that are left", () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const unknown = dashboard.panels.flatMap(({ targets = [] }) => {
      return targets.flatMap(({ expr, legendFormat }) => {
        const { groupedBy } = parseExpression(fillIn(expr));
        const labels = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = ""]) => label);
        return labels.filter((label) => !groupedBy.includes(label));
      });
    });
    expect(unknown).toEqual([]);
  });

  test("fills its variables from a metric that is exported", async () => {
    const series = parseSeries(await scrapeAll());
    const definitions = dashboard.templating.list.flatMap(({ definition }) => definition ?? []);
    const read = definitions.map((definition) => /^label_values\((\w+).*, (\w+)\)$/.exec(definition) ?? []);
    expect(read.map(([, metric = "", label = ""]) => [series.has(metric), label])).toEqual([
      [true, "job"],
      [true, "openapi_m2m_token_client_name"],
    ]);
  });
});

describe("docs/observability.md", () => {
  test("names every metric and every attribute", async () => {
    const page = readDocument("observability.md");
    const exported = [...(await scrapeAll()).matchAll(/^# TYPE (openapi_m2m\w+) /gm)].map(([, name]) => name);
    const names = [...page.matchAll(/^\| `(openapi_m2m\.[\w.]+)` \| (counter|gauge|histogram)/gm)].map(
      ([, name = "", kind]) => name.replaceAll(".", "_") + (kind === "counter" ? "_total" : ""),
    );
    expect(names.toSorted()).toEqual(exported.toSorted());
    expect(Object.values(ATTRIBUTE).filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
  });
});

describe("parseExpression", () => {
  test("refuses what is no PromQL", () => {
    expect(() => parseExpression("sum by (a) (rate(x[5m])")).toThrow();
    expect(() => parseExpression('x{a="b"} >')).toThrow();
  });

  test("finds what is missing", () => {
    const series = parseSeries('x_total{a="b"} 1');
    const missing = (text: string) => findMissing(parseExpression(text), series);
    expect(missing('sum by (a, job) (x_total{a="b", instance="1"})')).toEqual([]);
    expect(missing('{__name__=~"x(_seconds)?_total"}')).toEqual([]);
    expect(missing("y_total")).toEqual(["/^(?:y_total)$/"]);
    expect(missing('x_total{c=""}')).toEqual(["/^(?:x_total)$/ c"]);
    expect(missing('x_total{a="c"}')).toEqual(['/^(?:x_total)$/ a="c"']);
    expect(missing("sum by (c) (x_total)")).toEqual(["c"]);
  });
});
