import { suggestion } from "../../names.ts";
import { CommandError } from "../command-error.ts";
import type { Redactor } from "../redactor.ts";
import type { Credentials } from "./credentials.ts";

/** What a failure is explained by. */
export interface FailureContext {
  readonly tokenClient: string;
  /** Undefined where a TokenManager of the user's has them. */
  readonly credentials: Credentials | undefined;
  readonly redact: Redactor;
}

/** What the runtime's `TokenError` has. */
interface Failure {
  readonly code: string;
  readonly message: string;
  readonly status?: number | undefined;
  readonly error?: string | undefined;
  readonly errorDescription?: string | undefined;
  readonly cause?: unknown;
}

/** Says why there is no token, and what to do about it in terms of what this command was given. */
export function explainFailure(caught: unknown, context: FailureContext): CommandError {
  const { tokenClient, redact } = context;
  if (caught instanceof CommandError) {
    return new CommandError(caught.code, redact(caught.message), caught.fix && redact(caught.fix));
  }
  const failure = readFailure(caught);
  const options = failure.cause === undefined ? {} : { cause: failure.cause };
  if (failure.code === "ERR_TOKEN_CLIENT_UNKNOWN" && failure.cause === undefined)
    return explainUnknown(failure, context);
  const message =
    failure.message.replace(`token client "${tokenClient}": `, "") + causeOf(failure, tokenClient);
  const own = advise(failure, context);
  // Its own advice is to whoever writes code: what is to be set here instead is another.
  const what = own !== undefined && failure.status !== undefined ? describeAnswer(failure) : message;
  return new CommandError(failure.code, redact(what), own && redact(own), options);
}

/** The names that there are stand in the runtime's message. */
function explainUnknown({ code, message }: Failure, { tokenClient }: FailureContext): CommandError {
  const names = /; defined: (.*)$/.exec(message)?.[1]?.split(", ") ?? [];
  return new CommandError(
    code,
    `the TokenManager has no token client "${tokenClient}"`,
    suggestion(tokenClient, names),
  );
}

function readFailure(caught: unknown): Failure {
  const { code, message, status, error, errorDescription, cause } = Object(caught) as Partial<Failure>;
  return {
    code: typeof code === "string" ? code : "ERR_NO_TOKEN",
    message: typeof message === "string" ? message : String(caught),
    status,
    error,
    errorDescription,
    cause,
  };
}

/** The codes whose messages say that the cause says more. */
const CAUSED = /^ERR_(TOKEN_CLIENT_UNKNOWN|TOKEN_ENDPOINT_TIMEOUT)$/;

function causeOf({ code, cause }: Failure, tokenClient: string): string {
  const { message } = Object(cause) as { message?: unknown };
  if (!CAUSED.test(code) || typeof message !== "string") return "";
  return `; before that: ${message.replace(`token client "${tokenClient}": `, "")}`;
}

function describeAnswer({ status, error, errorDescription, message }: Failure): string {
  const said = [error, errorDescription].filter(Boolean).join(": ");
  const seen = [...message.matchAll(OBSERVED)].map(([text]) => text).join("");
  return `the token endpoint answered ${status}${said && ` (${said})`}${seen}`;
}

/** What the runtime found out by itself, and adds to its message. */
const OBSERVED = /; (the assertion expired at|this machine's clock is) [^;]*/g;

function advise(failure: Failure, { credentials, tokenClient }: FailureContext): string | undefined {
  if (credentials === undefined) return undefined;
  const { code, error, status = 0 } = failure;
  if (code === "ERR_TOKEN_ENDPOINT_UNREACHABLE" || code === "ERR_DISCOVERY_FAILED") {
    const { tokenEndpoint, issuer } = credentials.variables;
    return `check the address in tokenClients["${tokenClient}"]; where it is another here, set ${tokenEndpoint} or ${issuer}`;
  }
  if (code === "ERR_TOKEN_ENDPOINT_TIMEOUT")
    return "wait longer with --timeout, if the server takes that long";
  if (code !== "ERR_TOKEN_ENDPOINT_REJECTED") return undefined;
  const isNameless = error === undefined && (status === 401 || status === 403);
  if (error === "invalid_client" || isNameless) return adviseOnCredentials(credentials);
  if (error === "invalid_scope" || error === "scope_invalid") {
    return `register the client for every scope that it asks for, or take from tokenClients["${tokenClient}"].scope what it must not have`;
  }
  return undefined;
}

function adviseOnCredentials({ proof, variables }: Credentials): string {
  const { id, secret, auth, key, keyAlg, keyId, assertion, audience } = variables;
  switch (proof.by) {
    case "secret":
      if (proof.method === "client_secret_jwt")
        return `check ${id} and ${secret}; ${adviseOnAudience(audience)}`;
      return proof.method === "client_secret_post"
        ? `check ${id} and ${secret}; some servers want ${auth}=client_secret_basic`
        : `check ${id} and ${secret}; some servers want ${auth}=client_secret_post`;
    case "key":
      return `check ${id}, and that ${key} is registered for it; ${keyAlg} and ${keyId} say its alg and kid; ${adviseOnAudience(audience)}`;
    case "assertion":
    case "assertion file":
      return `check that ${assertion} has not expired, that its issuer is registered, with its subject for ${id}, and that its audience is what the server expects`;
    case "nothing":
      return `check ${id}; a client that is not public needs ${secret}, ${key}_FILE or ${assertion}_FILE`;
  }
}

function adviseOnAudience(variable: string): string {
  return `some servers want the token endpoint, others the issuer as ${variable}`;
}
