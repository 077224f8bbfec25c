import { asObject, asString, isObject, type JsonObject, resolve } from "../document.ts";

/**
 * What a client-credentials token can do for a scheme, best first: `clientCredentials`, `openIdConnect`,
 * `otherFlow` (oauth2 without that flow), `bearer`; `undeclared` is a name that the document lacks.
 * With `foreign` ones (apiKey, basic, mutualTLS) it can do nothing.
 */
export type SchemeKind =
  | "clientCredentials"
  | "openIdConnect"
  | "otherFlow"
  | "bearer"
  | "undeclared"
  | "foreign";

export type Schemes = ReadonlyMap<string, { readonly kind: SchemeKind; readonly scopes: readonly string[] }>;

/** Reads `components.securitySchemes`. */
export function readSchemes(document: JsonObject): Schemes {
  const schemes = Object.entries(asObject(asObject(document["components"])["securitySchemes"]));
  return new Map(
    schemes.map(([name, value]) => {
      const scheme = resolve(document, value);
      const flows = Object.values(asObject(scheme["flows"]));
      const scopes = flows.flatMap((flow) => Object.keys(asObject(asObject(flow)["scopes"])));
      return [name, { kind: kindOf(scheme), scopes }];
    }),
  );
}

function kindOf(scheme: JsonObject): SchemeKind {
  switch (scheme["type"]) {
    case "oauth2":
      return isObject(asObject(scheme["flows"])["clientCredentials"]) ? "clientCredentials" : "otherFlow";
    case "openIdConnect":
      return "openIdConnect";
    case "http":
      return asString(scheme["scheme"])?.toLowerCase() === "bearer" ? "bearer" : "foreign";
    default:
      return "foreign";
  }
}
