import type { Dispatcher } from "undici";
import {
  type CredentialScheme,
  encodeCredential,
  headerOf,
  type NamedScheme,
  type SentCredential,
} from "./credentials/encoding.ts";
import { hasHeader } from "./dispatch-headers.ts";
import { describeCause, invalidOption, isInvalidOption } from "./errors.ts";
import type { Operation } from "./operation.ts";
import type { OperationInput } from "./serialize.ts";

export type { BasicCredentials, NamedScheme } from "./credentials/encoding.ts";

/** A value, or a function that is called for each call that needs it: what is dear to get, it keeps by itself. */
export type CredentialSource<Value = string> = Value | (() => Value | PromiseLike<Value>);

/** What goes with one call, ready to be put on it. */
export type SentCredentials = readonly SentCredential[];

/** What a call brings of its own: that prevails over a credential of the same name, and stands for it. */
export interface BroughtValues {
  /** Name in lower case, value, name, value. */
  readonly headers: readonly string[];
  readonly input: Pick<OperationInput, "query" | "cookies">;
}

/** A scheme's credential as its client has it. */
interface Source {
  readonly option: string;
  readonly scheme: CredentialScheme;
  /** Undefined where none was given. */
  readonly get: (() => SentCredential | Promise<SentCredential>) | undefined;
}

/** The credentials of one client besides its tokens; private, so that no inspection of the client shows them. */
export class Credentials {
  readonly #sources: ReadonlyMap<string, Source>;

  /**
   * @param given - values, or functions that give them, by the names of their schemes
   * @throws {TypeError} `ERR_INVALID_OPTION` naming the scheme, never quoting a value
   */
  constructor(
    schemes: readonly NamedScheme[] = [],
    given: Readonly<Record<string, unknown>> = {},
    context = "",
  ) {
    const names = schemes.map(({ scheme }) => scheme);
    const unknown = Object.keys(given).find((name) => !names.includes(name));
    if (unknown !== undefined) {
      const known = names.length === 0 ? "the client takes none" : `there is ${names.join(", ")}`;
      throw invalidOption(`${context}${optionOf(unknown)}`, `is no credential of this client: ${known}`);
    }
    this.#sources = new Map(
      schemes.map((named) => {
        const { scheme } = named;
        const value = Object.hasOwn(given, scheme) ? given[scheme] : undefined;
        return [scheme, defineSource(named, value, `${context}${optionOf(scheme)}`)];
      }),
    );
  }

  /**
   * Finds what an operation needs besides a token, now if no function has to be waited for.
   *
   * @param operation - `GET /items`, for errors
   * @returns undefined when the operation does without
   * @throws {TypeError} `ERR_INVALID_OPTION` naming the schemes when a credential is missing
   */
  collect(
    alternatives: NonNullable<Operation["credentials"]>,
    brought: BroughtValues,
    operation: string,
  ): SentCredentials | Promise<SentCredentials> | undefined {
    for (const names of alternatives) {
      if (names.length === 0) return undefined;
      const missing = names.filter((name) => !isBrought(this.#find(name).scheme, brought));
      const getters = missing.map((name) => this.#find(name).get);
      if (getters.every((get) => get !== undefined)) return settle(getters.map((get) => get()));
    }
    const options = alternatives.map((names) => names.map(optionOf).join(" and ")).join(", or ");
    throw invalidOption(`${operation}: credentials`, `are missing: give the client ${options}`);
  }

  #find(name: string): Source {
    return this.#sources.get(name) ?? { option: optionOf(name), scheme: { http: name }, get: undefined };
  }
}

/** Option of a dispatch: what {@link addCredentials} puts on it. */
export const credentialsOption: unique symbol = Symbol("openapi-m2m.credentials");

export interface CredentialedOptions extends Dispatcher.DispatchOptions {
  [credentialsOption]?: SentCredentials | undefined;
  stripHeadersOnCrossOriginRedirect?: readonly string[];
}

/**
 * Puts credentials on calls as the last thing before they are sent: whoever describes a call, an error or a hook for
 * tokens, has never seen them. A redirect to another origin loses them, as undici itself sees to with
 * `Authorization` and `Cookie`.
 */
export function addCredentials(dispatch: Dispatcher["dispatch"]): Dispatcher["dispatch"] {
  return (options: CredentialedOptions, handler) => {
    const credentials = options[credentialsOption];
    if (credentials === undefined) return dispatch(options, handler); // Of every call: no copy for those without.
    const headers = [...(options.headers as readonly string[])];
    let { path } = options;
    for (const { place, name, text } of credentials) {
      if (place === "header") headers.push(name, text);
      else if (place === "cookie") addCookie(headers, `${name}=${text}`);
      else path += `${path.includes("?") ? "&" : "?"}${name}=${text}`;
    }
    const stripHeadersOnCrossOriginRedirect = credentials.flatMap((sent) => headerOf(sent) ?? []);
    const credentialed: CredentialedOptions = {
      ...options,
      [credentialsOption]: undefined,
      path,
      headers,
      stripHeadersOnCrossOriginRedirect,
    };
    return dispatch(credentialed, handler);
  };
}

function addCookie(headers: string[], pair: string): void {
  const index = headers.findIndex((name, at) => at % 2 === 0 && name === "cookie");
  if (index === -1) headers.push("cookie", pair);
  else headers[index + 1] += `; ${pair}`;
}

function isBrought(scheme: CredentialScheme, { headers, input }: BroughtValues): boolean {
  if (!("in" in scheme)) return false;
  const { name } = scheme;
  if (scheme.in === "header") return hasHeader(headers, name.toLowerCase());
  const values: Readonly<Record<string, unknown>> = Object(
    scheme.in === "query" ? input.query : input.cookies,
  );
  // What every object inherits is none of a call's values.
  return Object.hasOwn(values, name) && values[name] !== undefined && values[name] !== null;
}

/** A value is checked and written now, what a function gives when it is called. */
function defineSource(scheme: CredentialScheme, value: unknown, option: string): Source {
  if (value === undefined) return { option, scheme, get: undefined };
  if (typeof value !== "function") {
    const sent = encodeCredential(scheme, value, option);
    return { option, scheme, get: () => sent };
  }
  return { option, scheme, get: () => callSource(value as () => unknown, scheme, option) };
}

function callSource(
  source: () => unknown,
  scheme: CredentialScheme,
  option: string,
): SentCredential | Promise<SentCredential> {
  const encode = (value: unknown) => encodeCredential(scheme, value, option);
  const fail = (cause: unknown): never => {
    if (isInvalidOption(cause)) throw cause;
    throw Object.assign(invalidOption(option, `failed (${describeCause(cause)}): see the cause`), { cause });
  };
  try {
    const value = source();
    const isThenable = typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
    return isThenable ? Promise.resolve(value).then(encode).catch(fail) : encode(value);
  } catch (cause) {
    return fail(cause);
  }
}

function settle(
  sent: readonly (SentCredential | Promise<SentCredential>)[],
): SentCredentials | Promise<SentCredentials> {
  const isSettled = (entry: SentCredential | Promise<SentCredential>) => !(entry instanceof Promise);
  return sent.every(isSettled) ? (sent as SentCredentials) : Promise.all(sent);
}

/** `credentials.apiKey`, `credentials["api key"]` */
function optionOf(name: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)
    ? `credentials.${name}`
    : `credentials[${JSON.stringify(name)}]`;
}
