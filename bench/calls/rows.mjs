import { byHand } from "./by-hand.mjs";
import { byHandOnOurCopy, ours } from "./ours.mjs";
import { peers } from "./peers.mjs";

const SMALL = { calls: 30_000, connections: 50 };
const KILOBYTES = { calls: 3_000, connections: 50 };
const MEGABYTE = { calls: 300, connections: 8, collects: true };
const FIFTY_MEGABYTES = { calls: 6, connections: 2, collects: true };
/** Nothing of it is kept. */
const FIFTY_FLOWING = { calls: 40, connections: 2, collects: true };

/**
 * What is compared with what. The first form is what the others are measured by; the ratio is that of the last one,
 * unless `figure` says otherwise. `calls` are those of a turn, as many at a time as there are connections. A row without
 * a `limit` compares equal forms.
 */
export const ourRows = {
  get: {
    title: "GET with a query",
    limit: 0.78,
    forms: { "undici.request": byHand.get, generated: ours.get },
    ...SMALL,
  },
  post: {
    title: "POST with a JSON body",
    limit: 0.8,
    forms: { "undici.request": byHand.post, generated: ours.post },
    ...SMALL,
  },
  signal: {
    title: "GET with `timeoutMs`, and a `signal` that all calls share",
    limit: 0.85,
    forms: { "undici.request": byHand.get, generated: ours.signal },
    ...SMALL,
  },
  interceptor: {
    title: "undici.request through `tokens.interceptor`",
    limit: 1.06,
    forms: { "undici.request": byHandOnOurCopy.get, "with the interceptor": ours.interceptor },
    ...SMALL,
  },
  fetch: {
    title: "`tokens.fetch`, beside undici.fetch",
    limit: 1.05,
    forms: { "undici.fetch": byHandOnOurCopy.fetch, "tokens.fetch": ours.fetch },
    ...SMALL,
  },
  paths: {
    title: "`paths`, beside openapi-fetch with undici.fetch",
    limit: 1.05,
    forms: { "openapi-fetch": byHandOnOurCopy.paths, paths: ours.paths },
    ...SMALL,
  },
  telemetry: {
    title: "OpenTelemetry on, beside off: what it adds, as a share of undici.request",
    limit: 0.25,
    beside: "off",
    forms: { "undici.request": byHand.get, off: ours.get, on: ours.telemetry },
    figure: ({ off, on }) => on - off,
    ...SMALL,
  },
  dpop: {
    title: "DPoP, ES256, beside undici.request and one signature",
    limit: 1,
    forms: { "undici.request and sign()": byHand.dpop, generated: ours.dpop },
    ...SMALL,
    calls: 12_000,
  },
  gzip: {
    title: "GET of 72 kB in gzip, beside undici's decompress interceptor",
    limit: 1,
    forms: { "undici.request": byHand.compressed("gzip"), generated: ours.compressed("gzip") },
    ...KILOBYTES,
  },
  brotli: {
    title: "GET of 72 kB in brotli, beside undici's decompress interceptor",
    limit: 1,
    forms: { "undici.request": byHand.compressed("br"), generated: ours.compressed("br") },
    ...KILOBYTES,
  },
  json1: {
    title: "GET of 1 MB of JSON",
    limit: 1,
    forms: { "undici.request": byHand.catalog(1), generated: ours.catalog(1) },
    ...MEGABYTE,
  },
  json50: {
    title: "GET of 50 MB of JSON",
    limit: 1,
    forms: { "undici.request": byHand.catalog(50), generated: ours.catalog(50) },
    ...FIFTY_MEGABYTES,
  },
  stream1: {
    title: "GET of 1 MB, read as it comes",
    limit: 1,
    forms: { "undici.request": byHand.stream(1), generated: ours.stream(1) },
    ...MEGABYTE,
  },
  stream50: {
    title: "GET of 50 MB, read as it comes",
    limit: 1,
    forms: { "undici.request": byHand.stream(50), generated: ours.stream(50) },
    ...FIFTY_FLOWING,
  },
  upload50: {
    title: "PUT of 50 MB, written as it goes",
    limit: 1,
    forms: { "undici.request": byHand.upload, generated: ours.upload },
    ...FIFTY_FLOWING,
    calls: 120,
  },
  equal: {
    title: "PUT of 50 MB by hand, beside the same by hand",
    forms: { "undici.request": byHand.upload, "the same": byHand.upload },
    ...FIFTY_FLOWING,
    calls: 120,
  },
};

/** The same GET as others make it. */
export const peerRows = Object.fromEntries(
  Object.entries(peers).map(([title, peer]) => [
    title,
    { title, forms: { "undici.request": byHand.get, [title]: peer }, ...SMALL, calls: 15_000 },
  ]),
);

export const rows = { ...ourRows, ...peerRows };
