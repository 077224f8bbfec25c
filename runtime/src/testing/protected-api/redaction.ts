import type { IncomingHttpHeaders } from "node:http";
import { unescape as percentDecode } from "node:querystring";
import { invalidOption } from "../../errors.ts";
import { isSecretName, REDACTED } from "../secret-names.ts";

/** A JWT, whatever it is called: `{"` or `{ "`, in base64. The second part of one that is encrypted may be empty. */
const JWT = /(?<![A-Za-z0-9])ey[AJ][\w-]{8,}\.(\.[\w-]{8,}|[\w-]{8,})\.[\w.-]*/g;

/** Whom a URL is for, with which password (RFC 3986 §3.2.1). */
const USER_INFO = /(?<=:\/\/)[^\s/?#]+(?=@)/g;

/** What stands between the delimiters of a URL. */
const PART = /[^\s/?#&=<>"]+/g;

/** A parameter of a query or a fragment, with its value. */
const PARAMETER = /(?<=[?&#])[^\s&#<>"]+/g;

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
    const entries = Object.entries(headers).map(([name, value]) => {
      if (this.#isSecret(name)) return [name, REDACTED];
      return [name, typeof value === "string" ? this.redactUrls(value) : value];
    });
    return Object.fromEntries(entries);
  }

  /** @param text - a URL, a part of one, or what has some in it; all else of it stays as it came */
  redactUrls(text: string): string {
    return hide(text).replace(PARAMETER, (pair) => this.#redactPair(pair));
  }

  #redactPair(pair: string): string {
    const [[name, value] = ["", ""]] = new URLSearchParams(pair);
    const isHidden = value !== "" && (this.#isSecret(name) || this.#hasSecretParameter(value));
    return isHidden ? `${pair.split("=", 1)}=${REDACTED}` : pair;
  }

  /** A value may be a URL, too. */
  #hasSecretParameter(value: string): boolean {
    return [...value.matchAll(/[?&#]([^?&#=]+)=[^&#]/g)].some(([, name = ""]) => this.#isSecret(name));
  }

  #isSecret(name: string): boolean {
    return this.#names.has(name.toLowerCase()) || isSecretName(name);
  }
}

/** Takes out what is a credential by its looks; where it is encoded, the part that has it. */
function hide(text: string): string {
  return hidePlain(text).replace(PART, (part) => {
    const decoded = percentDecode(part);
    return hidePlain(decoded) === decoded ? part : REDACTED;
  });
}

function hidePlain(text: string): string {
  return text.replace(USER_INFO, REDACTED).replace(JWT, REDACTED);
}
