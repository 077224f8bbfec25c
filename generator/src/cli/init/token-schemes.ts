import { asArray, asObject, asString, isObject, type JsonObject, own, resolve } from "../../document.ts";
import { urlProblem } from "../../secure-url.ts";

/** Where tokens are asked for. */
export type TokenServer = { readonly tokenEndpoint: string } | { readonly issuer: string };

/**
 * How likely it is that a scheme means a client-credentials token, the likeliest first. A `key` is an API key in the
 * Authorization field, as many documents say where they mean a token.
 */
const KINDS = ["clientCredentials", "openIdConnect", "otherFlow", "bearer", "key"] as const;

/** A security scheme that a token can satisfy. */
export interface TokenScheme {
  readonly name: string;
  readonly kind: (typeof KINDS)[number];
  /** Of `oauth2`: the flow whose token endpoint it is, or any that it has. */
  readonly flow?: string;
  readonly server?: TokenServer;
  /** Why what it says of the server can't be used. */
  readonly problem?: string;
}

/** Reads the security schemes that a token can satisfy, in the document's order. */
export function readTokenSchemes(document: JsonObject, documentUrl: string): TokenScheme[] {
  const declared = Object.entries(asObject(asObject(document["components"])["securitySchemes"]));
  const base = firstServer(document, documentUrl);
  return declared.flatMap(([name, value]) => {
    const scheme = readScheme(resolve(document, value), base);
    return scheme === undefined ? [] : [{ name, ...scheme }];
  });
}

/** Smaller is likelier. */
export function rankOf({ kind }: TokenScheme): number {
  return KINDS.indexOf(kind);
}

/**
 * The URL of the document's first server, its variables at their defaults.
 *
 * @returns undefined where there is none to call: without a server, or with a relative one of a document that is a file
 */
export function firstServer(document: JsonObject, documentUrl: string): string | undefined {
  const server = asObject(asArray(document["servers"])[0]);
  const variables = asObject(server["variables"]);
  const url = (asString(server["url"]) ?? "/").replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
    const variable = asObject(own(variables, name));
    return asString(variable["default"]) ?? asString(asArray(variable["enum"])[0]) ?? "";
  });
  const base = URL.canParse(documentUrl) && /^https?:/i.test(documentUrl) ? documentUrl : undefined;
  if (!URL.canParse(url, base)) return undefined;
  const { href } = new URL(url, base);
  return /^https?:/.test(href) ? href : undefined;
}

type Read = Omit<TokenScheme, "name">;

function readScheme(scheme: JsonObject, base: string | undefined): Read | undefined {
  switch (scheme["type"]) {
    case "oauth2":
      return readFlows(scheme, base);
    case "openIdConnect":
      return { kind: "openIdConnect", ...readIssuer(scheme, "openIdConnectUrl", base) };
    case "http":
      return /^(bearer|dpop)$/i.test(asString(scheme["scheme"]) ?? "") ? { kind: "bearer" } : undefined;
    case "apiKey": {
      const isAuthorization = /^authorization$/i.test(asString(scheme["name"]) ?? "");
      return scheme["in"] === "header" && isAuthorization ? { kind: "key" } : undefined;
    }
    default:
      return undefined;
  }
}

/** Of a document without a client credentials flow the token endpoint of another is most likely the same. */
function readFlows(scheme: JsonObject, base: string | undefined): Read {
  const flows = asObject(scheme["flows"]);
  const names = ["clientCredentials", "password", "authorizationCode", "deviceAuthorization"];
  const flow = names.find((name) => isObject(flows[name])) ?? Object.keys(flows)[0];
  const kind = flow === "clientCredentials" ? "clientCredentials" : "otherFlow";
  const url = flow === undefined ? undefined : asString(asObject(flows[flow])["tokenUrl"]);
  const server = url ? readEndpoint(url, base) : readIssuer(scheme, "oauth2MetadataUrl", base);
  return { kind, ...(flow !== undefined && { flow }), ...server };
}

type Server = Pick<TokenScheme, "server" | "problem">;

function readEndpoint(text: string, base: string | undefined): Server {
  const url = resolveUrl("tokenUrl", text, base);
  if (typeof url === "object") return url;
  const problem = urlProblem(url, ["fragment"]);
  return problem === undefined
    ? { server: { tokenEndpoint: url } }
    : { problem: `its tokenUrl can't be used: ${problem}` };
}

/** Metadata is at the issuer, or has what is behind the host put after its own path (RFC 8414 §3.1). */
function readIssuer(scheme: JsonObject, key: string, base: string | undefined): Server {
  const text = asString(scheme[key]);
  if (!text) return {};
  const url = resolveUrl(key, text, base);
  if (typeof url === "object") return url;
  const issuer = url
    .replace(/\/\.well-known\/openid-configuration$/, "")
    .replace(/\/\.well-known\/(?:oauth-authorization-server|openid-configuration)(?=\/|$)/, "");
  const problem = urlProblem(issuer, ["query", "fragment"]);
  return problem === undefined ? { server: { issuer } } : { problem: `its ${key} can't be used: ${problem}` };
}

/** What is relative starts from the document's server. */
function resolveUrl(key: string, text: string, base: string | undefined): string | { problem: string } {
  // A parser would add a slash to an issuer that is but a host.
  if (URL.canParse(text)) return /^[!-~]+$/.test(text) ? text : new URL(text).href;
  if (URL.canParse(text, base)) return new URL(text, base).href;
  return { problem: `its ${key} is relative, and the document names no server that it could start from` };
}
