import * as oauth from "oauth4webapi";
import type { Dispatcher } from "undici";
import { presentAssertion } from "../client-authentication.ts";
import { copyCause, describeCause, isInvalidOption, TokenError } from "../errors.ts";
import type { DefinedTokenClient, TokenRequest } from "../token-client.ts";
import type { Grant } from "../token-parameters.ts";
import { listSecrets } from "./secrets.ts";
import { createServerFetch, readAnswer, type ServerAnswer } from "./server-answer.ts";
import type { Stopwatch } from "./stopwatch.ts";

export interface PostOptions {
  readonly server: { readonly issuer: string; readonly token_endpoint: string };
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  /** Value of the `DPoP` field. */
  readonly proof: string | Promise<string> | undefined;
  /** Of an assertion; epoch ms, by the server's clock where that is known. */
  readonly signedAt: number;
  /** Measures the client's authentication. */
  readonly stopwatch: Stopwatch;
}

export interface Posted {
  readonly answer: ServerAnswer;
  /** What was sent that must not come back in an error. */
  readonly secrets: readonly string[];
  readonly hasAssertion: boolean;
}

/**
 * Sends one request to a token endpoint, and reads the answer, whatever it is.
 *
 * @throws {TokenError} `ERR_CLIENT_ASSERTION_FAILED` before anything is sent; or whatever fetch throws
 */
export async function postGrant({ client, grant }: TokenRequest, options: PostOptions): Promise<Posted> {
  const { server, dispatcher, signal, proof, signedAt, stopwatch } = options;
  const { authenticate } = grant.clientAssertion
    ? presentAssertion(grant.clientAssertion)
    : client.clientAuthentication;
  let sent = { secrets: [] as readonly string[], hasAssertion: false };
  const sign: oauth.ClientAuth = async (as, identity, body, headers) => {
    if (proof !== undefined) headers.set("DPoP", await proof);
    await authenticate(as, identity, body, headers);
    const secrets = listSecrets(client.clientId, body, headers);
    sent = { secrets, hasAssertion: body.has("client_assertion") };
  };
  // By itself, oauth4webapi goes by the machine's clock.
  const clockSkew = Math.round((signedAt - Date.now()) / 1000);
  const response = await oauth.clientCredentialsGrantRequest(
    server,
    { client_id: client.clientId, [oauth.clockSkew]: clockSkew },
    (...request) => stopwatch.measure(() => guardAuthentication(client, () => sign(...request))),
    buildForm(grant),
    {
      signal,
      [oauth.customFetch]: createServerFetch(dispatcher),
      // The definition and discovery let plain http through on loopback only.
      [oauth.allowInsecureRequests]: true,
    },
  );
  return { answer: await readAnswer(response), ...sent };
}

function buildForm(grant: Grant): URLSearchParams {
  const form = new URLSearchParams(grant.parameters);
  if (grant.scope !== undefined) form.set("scope", grant.scope);
  for (const resource of grant.resources) form.append("resource", resource);
  if (grant.audience !== undefined) form.set("audience", grant.audience);
  return form;
}

async function guardAuthentication(client: DefinedTokenClient, authenticate: () => unknown): Promise<void> {
  try {
    await authenticate();
  } catch (cause) {
    // Our own messages say what to do, and quote nothing.
    const advice = isInvalidOption(cause) ? cause.message : `${describeCause(cause)}: see the cause`;
    throw new TokenError("ERR_CLIENT_ASSERTION_FAILED", `its client authentication failed: ${advice}`, {
      client: client.name,
      cause: copyCause(cause),
    });
  }
}
