import { createTokenManager } from "../../../runtime/src/token-manager.ts";
import { type RecordedRequest, startServer, startTokenEndpoint } from "../scripted-server.ts";
import { checkRequest } from "./check-request.ts";
import type { WireSecurity } from "./security.ts";
import type { ValueChecker } from "./value-checker.ts";
import { type AnyResult, checkResult, type WireAnswer } from "./wire-answer.ts";
import type { WireCall } from "./wire-call.ts";
import type { WireClient } from "./wire-client.ts";

/** A call that went wrong. */
export interface Failure {
  /** `GET /items/{id}`, then which of its calls. */
  readonly what: string;
  /** `refused`: nothing was sent, or no server would take it; `mismatched`: other values arrived, there or back. */
  readonly kind: "refused" | "mismatched";
  readonly problems: readonly string[];
}

/** Makes the calls of one client, one at a time, against a server that checks each. */
export interface CallRunner extends AsyncDisposable {
  readonly calls: number;
  /** Calls whose values a validator of JSON Schema takes for what the document allows. */
  readonly validated: number;
  readonly failures: readonly Failure[];
  /** @param answer - what the server says; undefined: nothing that the document declares */
  call(method: string, call: WireCall, answer: WireAnswer | undefined, what: string): Promise<void>;
  fail(what: string, kind: Failure["kind"], problems: readonly string[]): void;
}

const BASE_PATH = "/base";

export async function startRunner(
  client: WireClient,
  { security, checker }: { security: WireSecurity; checker: ValueChecker },
): Promise<CallRunner> {
  let answer: WireAnswer | undefined;
  const requests: RecordedRequest[] = [];
  const tokenEndpoint = await startTokenEndpoint();
  const api = await startServer((request, response) => {
    requests.push(request);
    response.statusCode = answer?.status ?? 204;
    if (answer?.contentType !== undefined) response.setHeader("content-type", answer.contentType);
    response.end(answer?.body);
  });
  const tokens = createTokenManager({
    clients: { "wire.client": { tokenEndpoint: `${tokenEndpoint.origin}/token`, clientId: "wire" } },
  });
  const instance = client.create({
    tokens,
    baseUrl: api.origin + BASE_PATH,
    credentials: credentialsFor(client, security),
  });
  const failures: Failure[] = [];
  const counts = { calls: 0, validated: 0 };
  const fail: CallRunner["fail"] = (what, kind, problems) => {
    counts.calls++;
    failures.push({ what, kind, problems });
  };
  return {
    get calls() {
      return counts.calls;
    },
    get validated() {
      return counts.validated;
    },
    failures,
    fail,
    async call(method, call, next, what) {
      answer = next;
      requests.length = 0;
      let result: AnyResult;
      try {
        result = await (instance[method] as (input: unknown) => Promise<AnyResult>)(call.input);
      } catch (error) {
        return fail(what, "refused", [String(error)]);
      }
      const request = requests[0];
      if (request === undefined) return fail(what, "refused", ["nothing was sent"]);
      const options = { basePath: basePathOf(call.operation.server), keyNames: security.keyNames };
      const { problems, decoded } = checkRequest(call, request, options);
      const missing = security.check(call.operation, request);
      const verdict = validate(call, decoded, checker);
      // What arrived as it was meant is right, though its text may fit two alternatives of which its value fits one.
      const isRefused = verdict === "refused" && problems.length > 0;
      const wrong = isRefused ? ["its values are not what the document allows"] : [];
      if (wrong.length + missing.length > 0)
        return fail(what, "refused", [...missing, ...wrong, ...problems]);
      if (verdict !== "unknown") counts.validated++;
      const all = [...problems, ...(next === undefined ? [] : await checkResult(result, next))];
      if (all.length > 0) return fail(what, "mismatched", all);
      counts.calls++;
    },
    async [Symbol.asyncDispose]() {
      await tokens.close();
      await Promise.all([api[Symbol.asyncDispose](), tokenEndpoint[Symbol.asyncDispose]()]);
    },
  };
}

/** Without a slash at its end. */
function basePathOf(server: string | undefined): string {
  if (server === undefined) return BASE_PATH;
  return new URL(server, `http://api.example.com${BASE_PATH}/`).pathname.replace(/\/$/, "");
}

/** Of each scheme that some operation names. */
function credentialsFor({ table }: WireClient, security: WireSecurity): Record<string, unknown> {
  const names = Object.values(table).flatMap(({ credentials = [] }) => credentials.flat());
  return Object.fromEntries(names.map((name) => [name, security.credentialOf(name)]));
}

/**
 * What a validator says of the values that arrived. Values that it refuses as they were meant are no fault of the
 * client's: no sampler fits every schema.
 */
function validate(
  { parameters, body }: WireCall,
  decoded: ReturnType<typeof checkRequest>["decoded"],
  checker: ValueChecker,
): "valid" | "unknown" | "refused" {
  const isAllowed = [
    ...parameters.map(({ parameter, value }) => checker.accepts(parameter.schema, value, false)),
    ...(body === undefined || !body.isStructured
      ? []
      : [checker.accepts(body.content.schema, body.value, false)]),
  ].every((accepted) => accepted === true);
  if (!isAllowed) return "unknown";
  const arrived = decoded.map(({ parameter, value }) =>
    checker.accepts(parameter.schema, value, parameter.mediaType === undefined),
  );
  return arrived.includes(false) ? "refused" : "valid";
}
