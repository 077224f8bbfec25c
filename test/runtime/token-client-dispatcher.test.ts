import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { type Dispatcher, ProxyAgent } from "undici";
import { describe, expect, test } from "vitest";
import { tlsClientAuth } from "../../runtime/src/client-authentication.ts";
import { createTokenManager } from "../../runtime/src/token-manager.ts";
import { startAuthorizationServer } from "../support/authorization-server.ts";
import { certificateThumbprint, createCertificateAuthority } from "../support/certificates.ts";
import { atEnd, createAgent, using } from "../support/disposal.ts";
import { startProtectedApi } from "../support/protected-api.ts";
import { waysToCall } from "../support/ways-to-call.ts";

const authority = createCertificateAuthority();
const { cert: ca } = authority;

/** A proxy that makes tunnels (CONNECT), and the hosts that they led to. */
async function startProxy() {
  const hosts: string[] = [];
  const server = createServer().listen(0, "127.0.0.1");
  server.on("connect", ({ url = "" }: IncomingMessage, socket) => {
    hosts.push(url);
    const { hostname, port } = new URL(`http://${url}`);
    const target = connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(target).pipe(socket);
    });
    for (const end of [socket, target]) end.on("error", () => {}).on("close", () => target.destroy());
  });
  await once(server, "listening");
  atEnd(() => void server.close());
  return { hosts, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A dispatcher of the user's, which a manager does not close. */
async function own<T extends Dispatcher>(dispatcher: T): Promise<T> {
  await using({ [Symbol.asyncDispose]: () => dispatcher.destroy() });
  return dispatcher;
}

/** Clients, each known by the certificate of its name, and how they get to their authorization server. */
async function setUp() {
  const names = ["a", "b"] as const;
  const server = await using(
    startAuthorizationServer({
      authority,
      clients: names.map((name) => ({
        client_id: name,
        token_endpoint_auth_method: "tls_client_auth",
        tls_client_auth_subject_dn: `CN=${name}`,
      })),
    }),
  );
  const api = await using(startProtectedApi({ authorizationServer: server }));
  const define = (clientId: string, dispatcher: Dispatcher) => ({
    ...{ tokenEndpoint: server.mtlsTokenEndpoint as string, clientId },
    ...{ clientAuthentication: tlsClientAuth(), dispatcher },
  });
  return { server, api, define, certificates: names.map((name) => authority.issueClientCertificate(name)) };
}

describe("a token client's own dispatcher", () => {
  test.each(waysToCall)("carries its token requests, and not its calls: %s", async (_, createCall) => {
    const { server, api, define, certificates } = await setUp();
    const proxy = await startProxy();
    const [forA, forB] = certificates;
    const proxied = await own(new ProxyAgent({ uri: proxy.url, requestTls: { ...forA, ca } }));
    const direct = createAgent({ connect: { ...forB, ca } });
    const clients = { a: define("a", proxied), b: define("b", direct) };
    const tokens = await using(createTokenManager({ clients }));
    expect(await createCall({ tokens, baseUrl: api.origin })()).toMatchObject({ status: 200 });
    await tokens.getAccessToken("b");
    const shown = certificates.map(({ cert }) => certificateThumbprint(cert));
    expect(server.tokenRequests.map(({ clientId, certificate }) => [clientId, certificate])).toEqual([
      ["a", shown[0]],
      ["b", shown[1]],
    ]);
    expect(proxy.hosts).toEqual([new URL(server.mtlsTokenEndpoint ?? "").host]);
    await tokens.close();
    expect(direct.closed).toBe(false);
  });

  test("carries the discovery of its issuer", async () => {
    const registered = { client_id: "a", token_endpoint_auth_method: "none" } as const;
    const { issuer } = await using(startAuthorizationServer({ authority, clients: [registered] }));
    const proxy = await startProxy();
    const dispatcher = await own(new ProxyAgent({ uri: proxy.url, requestTls: { ca } }));
    const tokens = await using(createTokenManager({ clients: { a: { issuer, clientId: "a", dispatcher } } }));
    expect(await tokens.getAccessToken("a")).toMatchObject({ tokenType: "Bearer" });
    expect(new Set(proxy.hosts)).toEqual(new Set([new URL(issuer).host]));
  });
});
