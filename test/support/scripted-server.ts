import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Answers a request; what it returns is sent as JSON with status 200, unless it wrote to `response` itself. */
export type Script = (request: RecordedRequest, response: ServerResponse) => unknown;

/** A loopback HTTP server whose answers a test writes. */
export interface ScriptedServer extends AsyncDisposable {
  readonly origin: string;
  /** In the order of arrival, bodies read. */
  readonly requests: RecordedRequest[];
  script: Script;
}

export async function startServer(script: Script): Promise<ScriptedServer> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray());
    const recorded = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      body,
    };
    scripted.requests.push(recorded);
    const value = await scripted.script(recorded, response);
    if (value !== undefined)
      response.setHeader("content-type", "application/json").end(JSON.stringify(value));
  }
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const scripted: ScriptedServer = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    script,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return scripted;
}

/** A token endpoint that issues `token-1`, `token-2`, ..., each for an hour. */
export function startTokenEndpoint(): Promise<ScriptedServer> {
  let serial = 0;
  return startServer(() => {
    serial++;
    return { access_token: `token-${serial}`, token_type: "Bearer", expires_in: 3600 };
  });
}

/** An API that answers 401 to every token but those in `accepted`, else what `script` says. */
export function startApi(
  accepted: Set<string>,
  script: Script = () => ({ ok: true }),
): Promise<ScriptedServer> {
  return startServer((request, response) => {
    const token = request.headers.authorization?.replace(/^Bearer /, "");
    if (token !== undefined && accepted.has(token)) return script(request, response);
    response.writeHead(401, {
      "www-authenticate": 'Bearer error="invalid_token"',
      "content-type": "application/json",
    });
    response.end('{"error":"invalid_token"}');
    return undefined;
  });
}

/** What a token request's form says; repeated fields are listed. */
export function readForm(request: RecordedRequest | undefined): URLSearchParams {
  return new URLSearchParams(request?.body.toString());
}
