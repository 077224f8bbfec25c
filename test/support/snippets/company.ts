import { readFileSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { join } from "node:path";
import { parse } from "yaml";
import { createCertificateAuthority, type TlsIdentity } from "../certificates.ts";
import { type DemoServers, startDemoServers } from "../demo-servers.ts";
import { listenOnLoopback } from "../loopback.ts";
import { findFreePort, redisProgram, startRedisServer } from "../redis-server.ts";

/** The hosts that the pages name: an authorization server, the APIs of `specs/`, and Redis. */
export interface Company extends AsyncDisposable {
  /** Leads a process there that has hosts.ts preloaded. */
  readonly environment: Readonly<Record<string, string>>;
  /** Every request that was not answered as it should be, as `STATUS METHOD URL`. */
  readonly failures: readonly string[];
}

const HOSTS = ["login.company.com", "apis.company.com", "redis.company.com"];
const REDIS_HOSTS = ["10.0.0.1:6379", "10.0.0.2:6379", "127.0.0.1:6379", "localhost:6379"];

/**
 * Starts all of them.
 *
 * @param folder - for the certificates that processes read
 */
export async function startCompany(folder: string): Promise<Company> {
  const identity = createCertificateAuthority().issueServerCertificate(...HOSTS);
  const demo = await startDemoServers();
  const front = await listenOnLoopback(identity);
  const failures: string[] = [];
  front.serve((incoming, outgoing) => {
    outgoing.once("finish", () => {
      const { statusCode } = outgoing;
      if (statusCode >= 400) failures.push(`${statusCode} ${incoming.method} ${addressOf(incoming)}`);
    });
    answer(demo, incoming, outgoing);
  });
  const redis = redisProgram === undefined ? undefined : await startRedis(folder, identity);
  const httpsPort = Number(new URL(front.origin).port);
  const hosts = {
    "login.company.com:443": httpsPort,
    "apis.company.com:443": httpsPort,
    ...(redis && Object.fromEntries(REDIS_HOSTS.map((host) => [host, redis.port]))),
    ...(redis && { "redis.company.com:6379": redis.tlsPort, "redis.company.com:6380": redis.tlsPort }),
  };
  return {
    failures,
    environment: {
      SNIPPET_HOSTS: JSON.stringify(hosts),
      NODE_EXTRA_CA_CERTS: save(folder, "ca", identity.ca),
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([front[Symbol.asyncDispose](), demo.close(), redis?.server[Symbol.asyncDispose]()]);
    },
  };
}

/** One that takes plain connections and those with TLS. */
async function startRedis(folder: string, { cert, key, ca }: TlsIdentity) {
  const tlsPort = await findFreePort();
  const server = await startRedisServer([
    ...["--tls-port", String(tlsPort), "--tls-auth-clients", "no"],
    ...[
      "--tls-cert-file",
      save(folder, "redis-cert", cert),
      "--tls-key-file",
      save(folder, "redis-key", key),
    ],
    ...["--tls-ca-cert-file", save(folder, "redis-ca", ca)],
  ]);
  return { server, port: server.port, tlsPort };
}

function save(folder: string, name: string, pem: string): string {
  const path = join(folder, `${name}.pem`);
  writeFileSync(path, pem);
  return path;
}

function addressOf({ headers, url = "" }: IncomingMessage): string {
  return `https://${headers.host}${url}`;
}

function answer(demo: DemoServers, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const address = addressOf(incoming);
  const document = DOCUMENTS[address];
  if (document !== undefined) {
    outgoing.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(document()));
    return;
  }
  const target = Object.entries({
    "https://login.company.com/connect/token": demo.tokenEndpoint,
    "https://apis.company.com/catalog/": demo.catalog.baseUrl,
    "https://apis.company.com/invoice/": demo.invoices.baseUrl,
  }).find(([prefix]) => address.startsWith(prefix));
  if (target === undefined) outgoing.writeHead(404).end();
  else forward(target[1] + address.slice(target[0].length), incoming, outgoing);
}

const METADATA = {
  issuer: "https://login.company.com",
  token_endpoint: "https://login.company.com/connect/token",
  response_types_supported: [],
};

const DOCUMENTS: Readonly<Record<string, () => unknown>> = {
  "https://login.company.com/.well-known/openid-configuration": () => METADATA,
  "https://login.company.com/.well-known/oauth-authorization-server": () => METADATA,
  "https://apis.company.com/invoice/openapi.json": () => {
    return parse(readFileSync(new URL("../../../specs/invoice.yaml", import.meta.url), "utf8"));
  },
};

function forward(url: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, headers } = incoming;
  const onward = request(url, { method, headers }, (answered) => {
    outgoing.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(outgoing);
  });
  onward.on("error", () => outgoing.destroy());
  incoming.pipe(onward);
}
