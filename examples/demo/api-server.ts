import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiRequest, Problem } from "./api-request.ts";
import { listen } from "./listen.ts";
import { createTokenVerifier, type TokenTrust } from "./verify-token.ts";

/** What answers each operation of a document, with a success that the document declares. */
export type Routes<Operations> = { readonly [Id in keyof Operations]: Route<Operations[Id]> };

interface Route<Operation> {
  /** Method and path template, as in the document. */
  readonly on: `${"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} /${string}`;
  /** Left out, the operation is public. */
  readonly scope?: string;
  answer(request: ApiRequest): Answer<Operation> | Promise<Answer<Operation>>;
}

type SuccessStatus = 200 | 201 | 202 | 204;

type Answer<Operation> = Operation extends { responses: infer Responses }
  ? {
      [Status in keyof Responses & SuccessStatus]: {
        readonly status: Status;
        readonly headers?: Readonly<Record<string, string>>;
      } & Body<Responses[Status]>;
    }[keyof Responses & SuccessStatus]
  : never;

type Body<Response> = Response extends { content: infer Content }
  ? Content extends { "application/json": infer Value }
    ? { readonly body: Value }
    : { readonly body: Uint8Array | string; readonly contentType: keyof Content }
  : unknown;

/** Any answer, as it is sent. */
interface SentAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly body?: unknown;
}

export interface ApiCall {
  /** Undefined where no operation answers. */
  readonly operation: string | undefined;
  /** The client that the token was issued to; undefined without a token of ours. */
  readonly client: string | undefined;
  readonly status: number;
}

export interface ApiServer {
  /** Ends in a slash. */
  readonly baseUrl: string;
  /** Every answer given, recorded before it is sent. */
  readonly calls: readonly ApiCall[];
  /** How many of them were 401. */
  readonly unauthorized: number;
  /** Answers 401 to this token from now on, or to every token accepted so far. */
  revoke(token?: string): void;
  close(): Promise<void>;
}

export interface ApiOptions extends TokenTrust {
  /** Default: one that is free. */
  readonly port?: number;
}

/**
 * Serves an API on loopback: finds the operation, verifies the token and its scope, answers.
 *
 * @param basePath - where the API is mounted, `/catalog/`
 */
export async function startApiServer<Operations>(
  basePath: string,
  routes: Routes<Operations>,
  { port, ...trust }: ApiOptions,
): Promise<ApiServer> {
  const verifier = createTokenVerifier(trust);
  const calls: ApiCall[] = [];
  const table = Object.entries<Route<unknown>>(routes as Record<string, Route<unknown>>).map(
    ([operation, route]) => ({ operation, route, match: matcher(route.on, basePath) }),
  );
  const { server, origin, close } = await listen(port);
  server.on("request", (incoming, outgoing) => void handle(incoming, outgoing));

  return {
    baseUrl: origin + basePath,
    calls,
    get unauthorized() {
      return calls.filter(({ status }) => status === 401).length;
    },
    revoke: verifier.revoke,
    close,
  };

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const found = table.find(({ match }) => match(incoming));
    let client: string | undefined;
    const answer = await answerTo().catch(problemAnswer);
    calls.push({ operation: found?.operation, client, status: answer.status });
    send(outgoing, answer);

    async function answerTo(): Promise<SentAnswer> {
      if (!found) throw new Problem(404, "No such operation");
      if (found.route.scope) {
        const verdict = await verifier.verify(incoming.headers.authorization, found.route.scope);
        client = verdict.clientId;
        if (!verdict.ok)
          throw new Problem(verdict.status, verdict.reason, {}, { "www-authenticate": verdict.challenge });
      }
      return (await found.route.answer(new ApiRequest(incoming, found.match(incoming) ?? {}))) as SentAnswer;
    }
  }
}

function problemAnswer(error: unknown): SentAnswer {
  if (!(error instanceof Problem)) console.error(error);
  const { status, message, members, headers } =
    error instanceof Problem ? error : new Problem(500, "The service failed");
  return {
    status,
    headers,
    contentType: "application/problem+json",
    body: { title: message, status, ...members },
  };
}

function send(outgoing: ServerResponse, { status, headers, contentType, body }: SentAnswer): void {
  const sent =
    body === undefined || typeof body === "string" || body instanceof Uint8Array
      ? body
      : JSON.stringify(body);
  outgoing.writeHead(status, {
    ...(sent !== undefined && { "content-type": contentType ?? "application/json" }),
    ...headers,
  });
  outgoing.end(sent);
}

/** Matches the path as it is on the wire: `..` and encoded slashes are not resolved before. */
function matcher(on: string, basePath: string) {
  const [method = "", template = ""] = on.split(" ");
  const path = basePath.slice(0, -1) + template;
  const pattern = new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
  return (incoming: IncomingMessage): Record<string, string> | undefined => {
    const match = incoming.method === method && pattern.exec(incoming.url?.split("?", 1)[0] ?? "");
    return match ? { ...match.groups } : undefined;
  };
}
