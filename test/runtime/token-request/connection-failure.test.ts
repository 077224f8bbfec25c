import { createServer } from "node:http";
import { createServer as createTcpServer, type LookupFunction, type Socket } from "node:net";
import { type Agent, fetch, ProxyAgent } from "undici";
import { describe, expect, test } from "vitest";
import { invalidOption, TokenError } from "../../../runtime/src/errors.ts";
import { toTokenError } from "../../../runtime/src/token-request/connection-failure.ts";
import { createCertificateAuthority } from "../../support/certificates.ts";
import { createAgent, using } from "../../support/disposal.ts";
import { listenOnLoopback } from "../../support/loopback.ts";

const authority = createCertificateAuthority();
const server = authority.issueServerCertificate();
const trusting = { ca: authority.cert };

/** The error of a request to this address through this dispatcher. */
async function failAt(origin: string, dispatcher: Agent | ProxyAgent): Promise<Error> {
  const url = `${origin}/token?tenant=a`;
  const [outcome] = await Promise.allSettled([fetch(url, { method: "POST", body: "x", dispatcher })]);
  if (outcome.status === "fulfilled") throw new Error(`answered ${outcome.value.status}`);
  return toTokenError(outcome.reason, url, "catalog.client");
}

async function startTls(options: object = {}): Promise<string> {
  const listener = await using(listenOnLoopback({ ...server, ...options }));
  listener.serve((_, response) => response.end());
  return listener.origin;
}

/** An address that does this to whoever connects. */
async function startTcp(meet: (socket: Socket) => void): Promise<number> {
  const listener = createTcpServer((socket) => meet(socket.on("error", () => {})));
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  await using({
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void listener.close(() => resolve())),
  });
  return (listener.address() as { port: number }).port;
}

async function findFreePort(): Promise<number> {
  const listener = createServer().listen(0, "127.0.0.1");
  const port = await new Promise<number>((resolve) =>
    listener.once("listening", () => resolve((listener.address() as { port: number }).port)),
  );
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

const rows: readonly [string, RegExp, () => Promise<Error>][] = [
  [
    "a host that nobody knows",
    /ENOTFOUND.*no such host.*DNS/,
    async () => failAt("https://login.example", createAgent({ connect: { lookup: findNothing } })),
  ],
  [
    "a port where nothing listens",
    /ECONNREFUSED.*nothing listens/,
    async () => failAt(`http://127.0.0.1:${await findFreePort()}`, createAgent()),
  ],
  [
    "a connection that is reset",
    /closed before the answer/,
    async () =>
      failAt(`http://127.0.0.1:${await startTcp((socket) => socket.resetAndDestroy())}`, createAgent()),
  ],
  [
    "a connection that is closed before the answer",
    /closed before the answer/,
    async () => {
      const port = await startTcp((socket) => socket.once("data", () => socket.destroy()));
      return failAt(`http://127.0.0.1:${port}`, createAgent());
    },
  ],
  [
    "an answer that is no HTTP",
    /does not speak HTTP/,
    async () => {
      const port = await startTcp((socket) => socket.once("data", () => socket.end("SSH-2.0-x\r\n")));
      return failAt(`http://127.0.0.1:${port}`, createAgent());
    },
  ],
  [
    "a certificate of an unknown issuer",
    /tls\.ca .* NODE_EXTRA_CA_CERTS/,
    async () => failAt(await startTls(), createAgent()),
  ],
  [
    "a self-signed certificate",
    /self-signed.*tls\.ca/,
    async () => failAt(await startTls(authority.selfSignClientCertificate("x")), createAgent()),
  ],
  [
    "a certificate for another host",
    /another host name/,
    async () =>
      failAt(await startTls(), createAgent({ connect: { ...trusting, servername: "other.example" } })),
  ],
  [
    "a port that does not speak TLS",
    /does not speak TLS/,
    async () => {
      const plain = await using(listenOnLoopback());
      plain.serve((_, response) => response.end());
      return failAt(plain.origin.replace("http:", "https:"), createAgent());
    },
  ],
  [
    "a server that wants a certificate, with TLS 1.2",
    /client certificate.*cert and key of/,
    async () => {
      const origin = await startTls({ requestCert: true, rejectUnauthorized: true });
      return failAt(origin, createAgent({ connect: { ...trusting, maxVersion: "TLSv1.2" } }));
    },
  ],
  [
    "a server that wants a certificate, with TLS 1.3",
    /client certificate \(tls/,
    async () => {
      const origin = await startTls({ requestCert: true, rejectUnauthorized: true });
      return failAt(origin, createAgent({ connect: trusting }));
    },
  ],
  [
    "a proxy that wants credentials",
    /proxy refused.*credentials/,
    async () => {
      const port = await startTcp((socket) =>
        socket.once("data", () => socket.end("HTTP/1.1 407 No\r\n\r\n")),
      );
      return failAt(await startTls(), await startProxyAgent(port));
    },
  ],
  [
    "a proxy that gives up",
    /UND_ERR_PRX_CONN.*proxy refused/,
    async () => {
      const port = await startTcp((socket) => socket.once("data", () => socket.destroy()));
      return failAt(await startTls(), await startProxyAgent(port));
    },
  ],
  [
    "a proxy where nothing listens",
    /ECONNREFUSED.*at its proxy/,
    async () => failAt(await startTls(), await startProxyAgent(await findFreePort())),
  ],
  [
    "a certificate of another CA of the same name",
    /CERT_SIGNATURE_FAILURE.*not the CA that signed it/,
    async () => failAt(await startTls(), createAgent({ connect: { ca: createCertificateAuthority().cert } })),
  ],
  [
    "a port that fetch does not connect to",
    /bad port.*choose another/,
    async () => failAt("http://127.0.0.1:6000", createAgent()),
  ],
  [
    "a dispatcher that is closed",
    /dispatcher is closed/,
    async () => {
      const agent = createAgent();
      await agent.close();
      return failAt("http://127.0.0.1", agent);
    },
  ],
];

/** What DNS says of a name that is not there; it is not asked. */
const findNothing: LookupFunction = (hostname, _, callback) => {
  callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: "ENOTFOUND" }), "");
};

async function startProxyAgent(port: number): Promise<ProxyAgent> {
  const agent = new ProxyAgent(`http://127.0.0.1:${port}`);
  await using({ [Symbol.asyncDispose]: () => agent.destroy() });
  return agent;
}

describe("toTokenError", () => {
  test.each(rows)("says what to do about %s", async (_, advice, fail) => {
    const error = await fail();
    expect(error).toMatchObject({ code: "ERR_TOKEN_ENDPOINT_UNREACHABLE", client: "catalog.client" });
    expect(error.message).toMatch(advice);
    expect(error.message).not.toContain("tenant");
    expect(error.cause).toBeInstanceOf(Error);
  });

  test("says to check address and network where nothing else is known", () => {
    const cause = Object.assign(new Error("no"), { code: "E_WHATEVER" });
    const error = toTokenError(new TypeError("fetch failed", { cause }), "https://login.example.com", "a");
    expect(error.message).toContain("(E_WHATEVER); check the address and the network");
    expect(error).toMatchObject({ cause: { code: "E_WHATEVER" } });
  });

  test("passes on what says enough already", () => {
    const own = new TokenError("ERR_CLIENT_ASSERTION_FAILED", "no key", { client: "a" });
    const mistake = invalidOption("dispatcher", "must be one");
    expect(toTokenError(own, "https://login.example.com", "a")).toBe(own);
    expect(toTokenError(mistake, "https://login.example.com", "a")).toBe(mistake);
  });

  test("makes an error of what is none", () => {
    const error = toTokenError("no", "https://login.example.com", "a");
    expect(error).toMatchObject({ code: "ERR_TOKEN_ENDPOINT_UNREACHABLE" });
    expect(error.cause).toBeUndefined();
  });
});
