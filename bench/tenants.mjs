// Whether memory stays flat when far more tenants come than the cache holds. See README.md.
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createTokenManager } from "@openapi-m2m/runtime";
import { formatCount, printHeading, report } from "./report.mjs";
import { startTokenEndpoint } from "./token-endpoint.mjs";

const { values } = parseArgs({
  options: {
    tenants: { type: "string", default: "100000" },
    passes: { type: "string", default: "4" },
    form: { type: "string", multiple: true, default: ["parameters", "names"] },
  },
});
const TENANTS = Number(values.tenants);
const PASSES = Number(values.passes);
const CACHE_MAX = 10_000;
const CONCURRENCY = 64;
/** Beyond what the full cache takes: 20 bytes for each of 100,000 tenants would be seen. */
const MOST_GROWTH_BYTES = 2_000_000;

/** How a worker that serves many tenants says whose token it wants. */
const forms = {
  parameters(tokenEndpoint) {
    const clients = { "tenants.client": { tokenEndpoint, clientId: "bench" } };
    const tokens = createTokenManager({ clients, cache: { max: CACHE_MAX } });
    return { tokens, get: (tenant) => tokens.getAccessToken("tenants.client", { parameters: { tenant } }) };
  },
  names(tokenEndpoint) {
    const clients = async (name) => ({ tokenEndpoint, clientId: `id-of-${name}` });
    const tokens = createTokenManager({ clients, cache: { max: CACHE_MAX } });
    return { tokens, get: (tenant) => tokens.getAccessToken(tenant) };
  },
};

/** Gets a token for each tenant, and once more while it is cached. */
async function serve(get, from, to) {
  let next = from;
  const work = async () => {
    while (next < to) {
      const tenant = `tenant-${next++}`;
      await get(tenant);
      await get(tenant);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
}

/** What is left once nothing more goes: what finalizers let go of is collected by the next collection only. */
async function measureMemory() {
  let least = Number.POSITIVE_INFINITY;
  for (;;) {
    globalThis.gc();
    await sleep(50);
    const { heapUsed, external, rss } = process.memoryUsage();
    if (heapUsed > least - 50_000) return { used: heapUsed + external, rss };
    least = heapUsed;
  }
}

/** @returns a row for each pass, and how much more memory than the full cache's was in use after any */
async function measureForm(name) {
  using endpoint = await startTokenEndpoint();
  const { tokens, get } = forms[name](endpoint.url);
  await using _ = tokens;
  await serve(get, TENANTS - CACHE_MAX, TENANTS);
  const full = await measureMemory();
  const rows = [];
  let before = full;
  let most = Number.NEGATIVE_INFINITY;
  for (let pass = 1; pass <= PASSES; pass++) {
    const issued = await endpoint.countIssued();
    const startedAt = performance.now();
    await serve(get, 0, TENANTS);
    const seconds = (performance.now() - startedAt) / 1000;
    const after = await measureMemory();
    most = Math.max(most, after.used - full.used);
    rows.push([
      String(pass),
      formatCount((await endpoint.countIssued()) - issued),
      seconds.toFixed(1),
      megabytes(before.used),
      megabytes(after.used),
      megabytes(after.used - full.used),
      megabytes(after.rss),
    ]);
    before = after;
  }
  return { rows, most };
}

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(2);
}

const through = `${formatCount(TENANTS)} tenants through a cache of ${formatCount(CACHE_MAX)} tokens`;
printHeading(`${through}; MB after collection`);
for (const name of values.form) {
  const { rows, most } = await measureForm(name);
  await report({
    title: `${through}, by ${name}`,
    titles: ["pass", "tokens issued", "seconds", "MB before", "MB after", "growth", "MB resident"],
    rows,
    note: "Memory: heap and external memory, once collection finds nothing more.",
    targets: [
      {
        text: `at most ${megabytes(MOST_GROWTH_BYTES)} MB more than when the cache had just filled (${megabytes(most)})`,
        isMet: most <= MOST_GROWTH_BYTES,
      },
    ],
  });
}
