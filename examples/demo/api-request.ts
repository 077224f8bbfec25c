import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";

/** Throw it to answer with problem details (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  readonly members: object;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    title: string,
    members: object = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(title);
    this.status = status;
    this.members = members;
    this.headers = headers;
  }
}

/** A body that can be read but breaks rules: JSON pointer to what is wrong there. */
export function unprocessable(violations: Readonly<Record<string, string>>): Problem {
  return new Problem(422, "The body breaks a rule", {
    violations: Object.entries(violations).map(([pointer, message]) => ({ pointer, message })),
  });
}

/**
 * Reads the parts of a request as OpenAPI's styles lay them out.
 *
 * Lists are split before their values are decoded, so that a value may hold the separator.
 */
export class ApiRequest {
  readonly query: URLSearchParams;
  readonly #incoming: IncomingMessage;
  readonly #rawPath: Readonly<Record<string, string>>;
  readonly #rawQuery: string;

  constructor(incoming: IncomingMessage, rawPath: Readonly<Record<string, string>>) {
    this.#incoming = incoming;
    this.#rawPath = rawPath;
    this.#rawQuery = (incoming.url ?? "").split("?")[1] ?? "";
    this.query = new URLSearchParams(this.#rawQuery);
  }

  header(name: string): string | undefined {
    return this.#incoming.headers[name.toLowerCase()]?.toString();
  }

  /** Style `simple`. */
  headerList(name: string): string[] | undefined {
    return this.header(name)
      ?.split(",")
      .map((value) => value.trim());
  }

  path(name: string): string {
    return decode(this.#rawPath[name] ?? "");
  }

  /** Style `simple`. */
  pathList(name: string): string[] {
    return (this.#rawPath[name] ?? "").split(",").map(decode);
  }

  /** Styles `form` and `pipeDelimited` without `explode`. */
  queryList(name: string, separator: "," | "|"): string[] | undefined {
    const raw = this.#rawQuery.split("&").find((pair) => pair.startsWith(`${name}=`));
    return raw
      ?.slice(name.length + 1)
      .split(separator === "," ? "," : /\||%7C/i)
      .map(decode);
  }

  /** Style `deepObject`: `filter[status]=active`. */
  queryObject(name: string): Readonly<Record<string, string>> {
    const members = [...this.query].flatMap(([key, value]) =>
      key.startsWith(`${name}[`) && key.endsWith("]") ? [[key.slice(name.length + 1, -1), value]] : [],
    );
    return Object.fromEntries(members);
  }

  queryInteger(
    name: string,
    { min, max, otherwise }: { min: number; max: number; otherwise: number },
  ): number {
    const value = Number(this.query.get(name) ?? otherwise);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new Problem(400, `${name} is a whole number from ${min} to ${max}`);
  }

  async bytes(): Promise<Buffer> {
    return await buffer(this.#incoming);
  }

  /** @throws {Problem} 400 unless it is a JSON object; its members are still to be checked */
  async json<T extends object>(): Promise<T> {
    try {
      const value: unknown = JSON.parse((await this.bytes()).toString());
      if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as T;
    } catch {
      // Said below, in the same words as for JSON that is no object.
    }
    throw new Problem(400, "The body is not a JSON object");
  }

  async form(): Promise<FormData> {
    const headers = { "content-type": this.header("content-type") ?? "" };
    try {
      return await new Response(await this.bytes(), { headers }).formData();
    } catch {
      throw new Problem(400, "The body is not multipart/form-data");
    }
  }
}

function decode(raw: string): string {
  try {
    return decodeURIComponent(raw.replaceAll("+", "%20"));
  } catch {
    throw new Problem(400, "The URL is not encoded in UTF-8");
  }
}
