import { suggestion } from "../../names.ts";
import { CommandError } from "../command-error.ts";
import type { Redactor } from "../redactor.ts";
import { type CommandWords, inCommandWords } from "./command-words.ts";
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
  const { credentials } = context;
  const message = withoutName(failure.message, tokenClient);
  const whole = message + causeOf(failure, tokenClient);
  // The module of a TokenManager is code, as what the runtime says is about.
  if (credentials === undefined)
    return new CommandError(failure.code, redact.error(whole), undefined, options);
  const [what, advice] = splitMessage({ ...failure, message });
  const fix = advise(failure, tokenClient, credentials) ?? advice;
  const text = fix === undefined ? whole : what + causeOf(failure, tokenClient);
  const words = wordsOf(tokenClient, credentials);
  const inWords = (runtimeText: string) => redact(inCommandWords(runtimeText, words));
  // With a status it is the server's text, which stays as it is.
  const said = failure.status === undefined ? inWords(text) : redact(text);
  return new CommandError(failure.code, said, fix && inWords(fix), options);
}

/** Every message of the command says it already. */
function withoutName(message: string, tokenClient: string): string {
  return message.replace(`token client "${tokenClient}": `, "");
}

/** Where a server's addresses are said: a variable prevails. */
function wordsOf(tokenClient: string, { variables, server }: Credentials): CommandWords {
  const place = (key: "tokenEndpoint" | "issuer") =>
    server[key] === undefined ? `tokenClients["${tokenClient}"].${key}` : variables[key];
  return { variables, tokenEndpoint: place("tokenEndpoint"), issuer: place("issuer") };
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
  return `; before that: ${withoutName(message, tokenClient)}`;
}

/** What happened, and the runtime's advice, where it can be told which is which. */
function splitMessage(failure: Failure): readonly [what: string, advice?: string] {
  const { message } = failure;
  const at = endOfWhat(failure);
  if (at < 0) return [message];
  const observed = [...message.matchAll(OBSERVED)].map(([text]) => text);
  const advice = observed.reduce((rest, text) => rest.replace(text, ""), message.slice(at + 2));
  const what = message.slice(0, at).replace(" (what failed before is the cause)", "");
  return [what + observed.join(""), advice];
}

/** Before the first semicolon, unless that is the server's: what it says is in parentheses. */
function endOfWhat({ message, status, error, errorDescription }: Failure): number {
  if (message.startsWith("not asked again")) return -1;
  const said = [error, errorDescription].filter(Boolean).join(": ");
  const answer = `answered ${status}${said && ` (${said})`}`;
  const start = message.indexOf(`${answer}; `);
  return start < 0 ? message.indexOf("; ") : start + answer.length;
}

/** What the runtime found out by itself, and adds to its message. */
const OBSERVED = /; (the assertion expired at|this machine's clock is) [^;]*/g;

function advise(failure: Failure, tokenClient: string, credentials: Credentials): string | undefined {
  const { code, error, message, status = 0 } = failure;
  if (
    code === "ERR_TOKEN_ENDPOINT_UNREACHABLE" ||
    (code === "ERR_DISCOVERY_FAILED" && !WELL_KNOWN.test(message))
  ) {
    const { tokenEndpoint, issuer } = credentials.variables;
    return `check the address in tokenClients["${tokenClient}"]; where it is another here, set ${tokenEndpoint} or ${issuer}`;
  }
  if (code !== "ERR_TOKEN_ENDPOINT_REJECTED") return undefined;
  if (error === "invalid_client") return adviseOnCredentials(credentials);
  const isNameless = error === undefined && (status === 401 || status === 403) && !PAGE.test(message);
  if (isNameless)
    return `${adviseOnCredentials(credentials)}; or this is no token endpoint: check tokenEndpoint`;
  if (error === "invalid_scope" || error === "scope_invalid") {
    return `register the client for every scope that it asks for, or take from tokenClients["${tokenClient}"].scope what it must not have`;
  }
  return undefined;
}

/** What the runtime tells better. */
const WELL_KNOWN = /without \/\.well-known\//;
const PAGE = /; that is a page/;

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
