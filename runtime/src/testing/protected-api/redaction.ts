import type { IncomingHttpHeaders } from "node:http";
import { invalidOption } from "../../errors.ts";
import { isSecretName, REDACTED } from "../secret-names.ts";

/** A JWT, whatever it is called. */
const JWT = /\bey[\w-]{8,}\.[\w-]{8,}\.[\w-]*/;

/** Hides credentials in what is recorded of a call: what a test prints when it fails goes to logs. */
export class Redaction {
  readonly #names: ReadonlySet<string>;

  /** @param names - headers and query parameters whose names do not say that a credential is in them */
  constructor(names: readonly string[] = []) {
    if (!Array.isArray(names) || !names.every((name) => typeof name === "string" && name !== ""))
      throw invalidOption("credentials", "must be a list of names of headers and query parameters");
    this.#names = new Set(names.map((name) => name.toLowerCase()));
  }

  redactHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
    const hidden = Object.entries(headers).filter(([name, value]) => this.#isSecret(name, String(value)));
    return { ...headers, ...Object.fromEntries(hidden.map(([name]) => [name, REDACTED])) };
  }

  /** @param path - with its query, of which all else stays as it came */
  redactPath(path: string): string {
    const [before = "", ...query] = path.split("?");
    if (query.length === 0) return path;
    const pairs = query.join("?").split("&");
    return `${before}?${pairs.map((pair) => this.#redactPair(pair)).join("&")}`;
  }

  #redactPair(pair: string): string {
    const [[name, value] = ["", ""]] = new URLSearchParams(pair);
    return value !== "" && this.#isSecret(name, value) ? `${pair.split("=", 1)}=${REDACTED}` : pair;
  }

  #isSecret(name: string, value: string): boolean {
    if (this.#names.has(name.toLowerCase())) return true;
    return isSecretName(name) || JWT.test(value);
  }
}
