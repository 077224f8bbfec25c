import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type AuthenticateClient,
  type ClientAssertion,
  type ClientAuthentication,
  JWT_BEARER,
  presentAssertion,
  type TypedAssertion,
} from "./client-authentication.ts";
import { buildRevision } from "./credential-revision.ts";
import { invalidOption } from "./errors.ts";
import { parseText } from "./text.ts";

/** A file that somebody else keeps up to date, or a function that gets an assertion or has it signed. */
export type ClientAssertionSource =
  | { readonly file: string | URL }
  | (() => ClientAssertion | Promise<ClientAssertion>);

const MAX_FILE_BYTES = 65_536;

/**
 * Authenticates with an assertion that somebody else issues: workload identity federation, a key management service.
 * It does not look into the assertion: whether it is still valid is for the authorization server to say.
 *
 * The file is read, or the function called, for each token request, so that a new assertion is used once it is there.
 *
 * @param source - a function, or a file: text of at most 64 kB, such as a projected service account token of Kubernetes
 * @param options.type - `client_assertion_type` of what the source gives as a bare string; default that of a JWT
 * @throws {TypeError} `ERR_INVALID_OPTION` when there is no source; of what it gives, or a file that can't be read,
 *   the token request says so with `ERR_CLIENT_ASSERTION_FAILED`
 * @see RFC 7521 §4.2, RFC 7523 §2.2
 */
export function clientAssertionFrom(
  source: ClientAssertionSource,
  options: { readonly type?: string } = {},
): ClientAuthentication {
  const { type = JWT_BEARER } = options;
  parseText(type, "clientAssertionFrom: type");
  const path = typeof source === "function" ? undefined : parsePath(source?.file);
  const origin = path === undefined ? "what the function returned" : `file ${JSON.stringify(path)}`;
  const get = typeof source === "function" ? source : () => readText(path as string, origin);
  const authenticate: AuthenticateClient = async (server, client, body, headers) => {
    const assertion = parseAssertion(await get(), type, origin);
    await presentAssertion(assertion).authenticate(server, client, body, headers);
  };
  return Object.freeze({
    method: type,
    authenticate,
    ...(path !== undefined && { revision: buildRevision(type, path) }),
  });
}

function parsePath(file: unknown): string {
  if (typeof file === "string" && file !== "") return resolve(file);
  if (file instanceof URL && file.protocol === "file:") return fileURLToPath(file);
  throw invalidOption("clientAssertionFrom: file", "must be a path or a file: URL (is its variable set?)");
}

async function readText(path: string, origin: string): Promise<string> {
  const content = await readBytes(path).catch((cause: NodeJS.ErrnoException) => {
    const rule = `cannot be read (${cause.code}): is it mounted, and may this process read it?`;
    throw Object.assign(invalidOption(`clientAssertionFrom: ${origin}`, rule), { cause });
  });
  if (content.length > MAX_FILE_BYTES) {
    throw invalidOption(
      `clientAssertionFrom: ${origin}`,
      "must hold nothing but the assertion: 64 kB at most",
    );
  }
  return content.toString();
}

/** No more than is needed to see that it is too much. */
async function readBytes(path: string): Promise<Buffer> {
  return Buffer.concat(await createReadStream(path, { end: MAX_FILE_BYTES }).toArray());
}

function parseAssertion(given: ClientAssertion, implied: string, origin: string): TypedAssertion {
  const { assertion, type } = typeof given === "string" ? { assertion: given, type: implied } : Object(given);
  const text = typeof assertion === "string" ? assertion.trim() : "";
  if (text === "" || typeof type !== "string") {
    throw invalidOption(`clientAssertionFrom: ${origin}`, "must be an assertion, and there is none");
  }
  // Whatever else a wrong file holds, a private key perhaps, is not for the authorization server to see.
  if (type === JWT_BEARER && !/^[\w-]+(\.[\w-]*){2}((\.[\w-]*){2})?$/.test(text)) {
    throw invalidOption(
      `clientAssertionFrom: ${origin}`,
      "must be a JWT (for other assertions give their type)",
    );
  }
  return { assertion: text, type };
}
