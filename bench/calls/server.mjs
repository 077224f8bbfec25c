import { createServer } from "node:http";
import { brotliCompressSync, gzipSync } from "node:zlib";

const jsonHeaders = { "content-type": "application/json" };
const buildItem = (index) => ({
  id: `item-${index}`,
  name: `Part number ${index} of many`,
  price: index * 1.25,
  tags: ["new", "blue"],
});
const buildItems = (count) =>
  Buffer.from(JSON.stringify({ items: Array.from({ length: count }, (_, i) => buildItem(i)), next: null }));

const items = buildItems(5);
const item = Buffer.from(JSON.stringify(buildItem(1)));
const many = buildItems(700);
const compressed = { gzip: gzipSync(many), br: brotliCompressSync(many) };

/** `1` -> JSON of one megabyte. */
const catalogs = new Map(
  [1, 50].map((megabytes) => [String(megabytes), buildItems((megabytes * 1e6) / (many.length / 700))]),
);
const CHUNK = Buffer.alloc(65_536, "x");

let issued = 0;

/** A JWT of some 800 characters, since some libraries read when it ends. */
function buildToken() {
  const claims = { exp: Math.floor(Date.now() / 1000) + 3600, jti: String(++issued), roles: "x".repeat(500) };
  const parts = [{ alg: "none" }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  return [...parts, "c2lnbmF0dXJl"].join(".");
}

function issueToken(request, response) {
  const tokenType = request.headers.dpop === undefined ? "Bearer" : "DPoP";
  const body = { access_token: buildToken(), token_type: tokenType, expires_in: 3600 };
  response.writeHead(200, jsonHeaders).end(JSON.stringify(body));
}

/** By method and first segments; what follows is given to each. */
const answers = {
  "GET items": (response) => response.writeHead(200, jsonHeaders).end(items),
  "POST items": (response) => response.writeHead(201, jsonHeaders).end(item),
  "GET compressed": (response, coding) =>
    response.writeHead(200, { ...jsonHeaders, "content-encoding": coding }).end(compressed[coding]),
  "GET catalogs": (response, megabytes) => response.writeHead(200, jsonHeaders).end(catalogs.get(megabytes)),
  "GET exports": sendBytes,
  "PUT imports": (response, _, bytes) => response.writeHead(200, jsonHeaders).end(JSON.stringify({ bytes })),
  /** Never answers, for calls that are given up. */
  "GET silence": () => {},
};

/** Tokens by calls that were refused once. */
const refused = new Map();

/** Refuses the first token of each call. */
function answerSecond(response, call, authorization) {
  const first = refused.get(call);
  if (first !== undefined && first !== authorization) {
    refused.delete(call);
    return response.writeHead(200, jsonHeaders).end(items);
  }
  refused.set(call, authorization);
  response.writeHead(401, { "www-authenticate": 'Bearer error="invalid_token"' }).end();
}

function sendBytes(response, megabytes) {
  let left = megabytes * 1e6;
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": left });
  const write = () => {
    while (left > 0) {
      const chunk = CHUNK.subarray(0, left);
      left -= chunk.length;
      if (!response.write(chunk)) return response.once("drain", write);
    }
    response.end();
  };
  write();
}

const server = createServer((request, response) => {
  let bytes = 0;
  request.on("data", (chunk) => {
    bytes += chunk.length;
  });
  request.on("end", () => {
    if (request.url === "/token") return issueToken(request, response);
    const { authorization } = request.headers;
    if (authorization === undefined) return response.writeHead(401).end();
    if (request.url.startsWith("/v1/second")) return answerSecond(response, request.url, authorization);
    const [, , resource, rest] = request.url.split("?", 1)[0].split("/");
    answers[`${request.method} ${resource}`](response, rest, bytes);
  });
});
// Longer than any pause between two turns.
server.keepAliveTimeout = 120_000;
server.listen(0, "127.0.0.1", () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
process.on("disconnect", () => process.exit());
