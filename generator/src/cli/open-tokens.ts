import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Mapping } from "../load-config.ts";
import type { TokenClientMapping } from "../model.ts";
import { suggestion } from "../names.ts";
import { CommandError } from "./command-error.ts";
import { variablesOf } from "./credential-variables.ts";
import { authenticationOf } from "./open-tokens/client-authentication.ts";
import { type Credentials, readCredentials } from "./open-tokens/credentials.ts";
import { explainFailure } from "./open-tokens/explain-failure.ts";
import { loadManager } from "./open-tokens/manager-module.ts";
import { loadRuntime, type Runtime } from "./open-tokens/runtime.ts";
import type { ObtainedToken, TokenManager, TokenParameters } from "./open-tokens/token-manager.ts";
import type { Redactor } from "./redactor.ts";

export type { ObtainedToken, TokenParameters } from "./open-tokens/token-manager.ts";

/** Where a command has its tokens from. */
export interface Tokens {
  /** @throws {CommandError} saying what is wrong and what to do */
  obtain(tokenClient: string, parameters: TokenParameters): Promise<ObtainedToken>;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How long to wait for a token. */
  readonly timeoutMs: number;
  readonly redact: Redactor;
}

/** What closing may take: a server that does not answer must not keep a command from ending. */
const CLOSING_MS = 2000;

/**
 * Takes tokens from the TokenManager that a module of the user's exports, as its workers do.
 *
 * @param file - from `cwd`
 * @throws {GeneratorError} `ERR_MANAGER_UNREADABLE`
 */
export async function openManager(file: string, options: OpenOptions): Promise<Tokens> {
  const { redact, timeoutMs } = options;
  const manager = await loadManager(resolve(options.cwd, file), options);
  return {
    async obtain(tokenClient, parameters) {
      const controller = new AbortController();
      const { signal } = controller;
      const { promise: late, reject } = Promise.withResolvers<never>();
      // Not AbortSignal.timeout(), which lets the process end before.
      const timer = setTimeout(() => {
        controller.abort(tooLate(timeoutMs));
        reject(signal.reason); // It may not heed the signal.
      }, timeoutMs);
      try {
        const given = manager.getAccessToken(tokenClient, { ...parameters, signal });
        return readToken(await Promise.race([given, late]));
      } catch (error) {
        throw explainFailure(error, { tokenClient, credentials: undefined, redact });
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => closeInTime(manager),
  };
}

/** What a manager that is not the runtime's may give instead. */
function readToken(given: Partial<ObtainedToken> | undefined): ObtainedToken {
  const { value, tokenType = "Bearer", issuedAt = Date.now(), expiresAt, scope } = given ?? {};
  const isDate = [issuedAt, expiresAt].every((at) => !Number.isNaN(new Date(at ?? Number.NaN).getTime()));
  if (typeof value === "string" && expiresAt !== undefined && isDate) {
    return { value, tokenType, issuedAt, expiresAt, scope };
  }
  const message =
    "the TokenManager gave what is no AccessToken: it has no value, or no expiresAt in epoch ms";
  throw new CommandError("ERR_NO_TOKEN", message);
}

/** Takes tokens by the mapping, with credentials of the environment. */
export function openMapping(mapping: Mapping, options: OpenOptions): Tokens {
  // One for each: what is wrong with one, and what its server failed to do, is nothing to the others.
  const opened = new Map<string, Promise<Opened>>();
  const open = async (tokenClient: string): Promise<Opened> => {
    const mapped = findTokenClient(mapping, tokenClient);
    const credentials = readCredentials(tokenClient, options);
    assertOwn(credentials, tokenClient, mapping);
    const runtime = await loadRuntime([dirname(mapping.file), options.cwd]);
    return { credentials, manager: createManager(runtime, { tokenClient, mapped, credentials, options }) };
  };
  return {
    async obtain(tokenClient, parameters) {
      const opening = opened.get(tokenClient) ?? open(tokenClient);
      opened.set(tokenClient, opening);
      const { credentials, manager } = await opening;
      try {
        return await manager.getAccessToken(tokenClient, parameters);
      } catch (error) {
        throw explainFailure(error, { tokenClient, credentials, redact: options.redact });
      }
    },
    async close() {
      const outcomes = await Promise.allSettled(opened.values());
      await Promise.all(
        outcomes.map((outcome) => outcome.status === "fulfilled" && closeInTime(outcome.value.manager)),
      );
    },
  };
}

/** A secret of one token client must not go to the server of another, which may be another company's. */
function assertOwn({ variables }: Credentials, tokenClient: string, { tokenClients }: Mapping): void {
  const other = Object.keys(tokenClients).find(
    (name) => name !== tokenClient && variablesOf(name)?.id === variables.id,
  );
  if (other === undefined) return;
  const message = `the token clients "${tokenClient}" and "${other}" have the same variables, ${variables.id} and so on`;
  const fix = "rename one of them, or name the module of your TokenManager with --manager";
  throw new CommandError("ERR_CREDENTIALS", message, fix);
}

interface Opened {
  readonly credentials: Credentials;
  readonly manager: TokenManager;
}

/**
 * The token client of a mapping that a command line names.
 *
 * @throws {CommandError} `ERR_TOKEN_CLIENT_UNKNOWN`
 */
export function findTokenClient({ tokenClients }: Mapping, name: string): TokenClientMapping {
  const found = Object.hasOwn(tokenClients, name) ? tokenClients[name] : undefined;
  if (found !== undefined) return found;
  const message = `the config has no token client "${name}"`;
  throw new CommandError("ERR_TOKEN_CLIENT_UNKNOWN", message, suggestion(name, Object.keys(tokenClients)));
}

interface Definition {
  readonly tokenClient: string;
  readonly mapped: TokenClientMapping;
  readonly credentials: Credentials;
  readonly options: OpenOptions;
}

function createManager(
  runtime: Runtime,
  { tokenClient, mapped, credentials, options }: Definition,
): TokenManager {
  const { tokenEndpoint, issuer, ...asked } = mapped;
  const configured = { ...(tokenEndpoint && { tokenEndpoint }), ...(issuer && { issuer }) };
  const isMoved = Object.keys(credentials.server).length > 0;
  try {
    const definition = {
      ...asked,
      ...(isMoved ? credentials.server : configured),
      clientId: credentials.clientId,
      clientAuthentication: authenticationOf(credentials, runtime),
      requestTimeoutMs: options.timeoutMs,
    };
    return runtime.createTokenManager({ clients: { [tokenClient]: definition } });
  } catch (error) {
    throw explainFailure(error, { tokenClient, credentials, redact: options.redact });
  }
}

function tooLate(timeoutMs: number): CommandError {
  const message = `no token within ${timeoutMs / 1000} s`;
  return new CommandError(
    "ERR_TOKEN_ENDPOINT_TIMEOUT",
    message,
    "check that the server can be reached from here, or wait longer with --timeout",
  );
}

async function closeInTime(manager: TokenManager): Promise<void> {
  const closed = new AbortController();
  const late = sleep(CLOSING_MS, undefined, { signal: closed.signal }).catch(() => {});
  // What was wanted of it is had, or was said to fail.
  const closing = (async () => await manager.close())().catch(() => {});
  await Promise.race([closing, late]);
  closed.abort();
}
