import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import type { TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { type Dispatcher, request } from "undici";
import { describe, expect, test, vi } from "vitest";
import { defineTokenClient, type TokenClient } from "../../runtime/src/token-client.ts";
import { type CertifiedOptions, certificateOption, createTransport } from "../../runtime/src/transport.ts";
import { certificateThumbprint, createCertificateAuthority } from "../support/certificates.ts";
import { atEnd, createAgent, using } from "../support/disposal.ts";
import { startServer } from "../support/scripted-server.ts";

const authority = createCertificateAuthority();
const worker = authority.issueClientCertificate("worker");
const other = authority.issueClientCertificate("other");

function define(given: Partial<TokenClient> = {}) {
  return defineTokenClient("a", { tokenEndpoint: "https://login.example", clientId: "a", ...given });
}

/** Answers with the common name of the certificate that the connection was made with. */
async function startTlsServer(): Promise<string> {
  const server = createHttpsServer(
    { ...authority.issueServerCertificate(), requestCert: true, rejectUnauthorized: false },
    ({ socket }, response) => {
      response.end((socket as TLSSocket).getPeerCertificate().subject?.CN ?? "nobody");
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  await using({
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  });
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

async function ask(
  origin: string,
  dispatcher: Dispatcher,
  options: Partial<CertifiedOptions> = {},
): Promise<string> {
  const send: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (given, handler) =>
    dispatch({ ...given, ...options }, handler);
  const { body } = await request(origin, { dispatcher: dispatcher.compose(send) });
  return body.text();
}

function open(given?: Dispatcher) {
  const transport = createTransport(given);
  atEnd(() => void transport.close());
  return transport;
}

describe("forTokens", () => {
  test("is the dispatcher of the client, if it has one", () => {
    const dispatcher = createAgent();
    expect(open(createAgent()).forTokens(define({ dispatcher, tls: worker }))).toBe(dispatcher);
  });

  test("is the one given for everything, if there is one, and else the manager's own", () => {
    const given = createAgent();
    expect(open(given).forTokens(define())).toBe(given);
    const own = open();
    expect(own.forTokens(define())).toBe(own.forTokens(define()));
    expect(own.forTokens(define())).not.toBe(own.forCalls);
  });

  test("presents the client's certificate, and trusts whom it says", async () => {
    const origin = await startTlsServer();
    const transport = open(createAgent());
    for (const [tls, name] of [
      [worker, "worker"],
      [other, "other"],
      [{ ca: authority.cert }, "nobody"],
    ] as const) {
      expect(await ask(origin, transport.forTokens(define({ tls })))).toBe(name);
    }
    await expect(ask(origin, open().forTokens(define()))).rejects.toThrow(/certificate/);
  });

  test("connects once for all clients of one certificate", () => {
    const transport = open();
    expect(transport.forTokens(define({ tls: worker }))).toBe(
      transport.forTokens(define({ tls: { ...worker } })),
    );
    expect(transport.forTokens(define({ tls: worker }))).not.toBe(
      transport.forTokens(define({ tls: other })),
    );
  });

  const program = (port: number, waits: boolean) => `
    import { createTransport } from ${JSON.stringify(new URL("../../runtime/src/transport.ts", import.meta.url))};
    import { request } from "undici";
    const dispatcher = createTransport().forTokens({});
    request("http://login.example:${port}", { dispatcher }).catch(() => {});
    setTimeout(() => console.log("done"), 100);
    ${waits ? "setTimeout(() => {}, 60_000);" : ""}
  `;

  test.each(["directly", "through a proxy"])(
    "holds no process open for an answer that does not come: %s",
    async (way) => {
      const server = createServer(() => {}).listen(0, "127.0.0.1");
      await once(server, "listening");
      atEnd(() => void server.close());
      const { port } = server.address() as AddressInfo;
      const text = program(port, false).replace(
        "http://login.example",
        way === "directly" ? "http://127.0.0.1" : "https://login.example",
      );
      const env = { ...process.env, HTTPS_PROXY: way === "directly" ? "" : `http://127.0.0.1:${port}` };
      const connected = once(server, "connection");
      const run = promisify(execFile)(process.execPath, ["--input-type=module", "--eval", text], {
        env,
        timeout: 15_000,
      });
      const [socket] = await connected;
      atEnd(() => socket.destroy());
      expect((await run).stdout).toBe("done\n");
    },
  );
});

describe("forCalls", () => {
  test("goes with the certificate that a call names, and without where it names none", async () => {
    const origin = await startTlsServer();
    const { forCalls } = open(createAgent({ connect: { ca: authority.cert } }));
    const certificate = define({ tls: worker }).tls;
    expect(certificate?.thumbprint).toBe(certificateThumbprint(worker.cert));
    const certified = (origin: string) =>
      ({ [certificateOption]: { certificate, origin } }) as CertifiedOptions;
    expect(await ask(origin, forCalls, certified(origin))).toBe("worker");
    expect(await ask(origin, forCalls, certified("https://other.example"))).toBe("nobody");
    expect(await ask(origin, forCalls)).toBe("nobody");
  });

  test("does not send what goes to loopback through a proxy of the environment", async () => {
    const proxy = await using(startServer((_, response) => void response.writeHead(502).end()));
    const api = await using(startServer(() => ({ ok: true })));
    vi.stubEnv("HTTP_PROXY", proxy.origin);
    atEnd(() => vi.unstubAllEnvs());
    const transport = open();
    for (const dispatcher of [transport.forCalls, transport.forTokens(define())]) {
      expect(await ask(api.origin, dispatcher)).toBe('{"ok":true}');
    }
    expect(proxy.requests).toHaveLength(0);
  });
});

describe("close", () => {
  type Closable = Dispatcher & { readonly closed: boolean; readonly destroyed: boolean };

  test("closes its own dispatchers, those of certificates too, and leaves a given one open", async () => {
    const given = createAgent();
    const certified = createTransport(given);
    const agent = certified.forTokens(define({ tls: worker })) as Closable;
    await certified.close();
    expect([agent.destroyed, given.closed]).toEqual([true, false]);
    const own = createTransport(undefined);
    const [calls, tokens] = [own.forCalls, own.forTokens(define())] as [Closable, Closable];
    await own.close();
    expect([calls.closed, tokens.destroyed]).toEqual([true, true]);
  });

  test("does not wait for what an authorization server never answers: nobody does any more", async () => {
    const server = await using(startServer(() => new Promise(() => {})));
    const transport = createTransport(undefined);
    const asked = request(server.origin, { dispatcher: transport.forTokens(define()) });
    const [closed] = await Promise.all([
      transport.close(),
      expect(asked).rejects.toMatchObject({ code: "UND_ERR_DESTROYED" }),
    ]);
    expect(closed).toBeUndefined();
  });
});
