import { formatPath } from "../document.ts";
import { type Diagnostic, diagnosticAt } from "../errors.ts";
import type { AuthorizedSpec, ClientTarget, Config, LoadedSpec } from "../model.ts";
import { suggestion } from "../names.ts";
import { neededScopes } from "./declared-scopes.ts";
import { readRequirement } from "./requirements.ts";
import { canBeToken, declaredSchemes } from "./security-schemes.ts";

/** The token clients of a client, in the order of the config. */
export function tokenClientsOf({ tokenClient }: ClientTarget): readonly string[] {
  return typeof tokenClient === "string" ? [tokenClient] : [...new Set(Object.values(tokenClient))];
}

/** Schemes that the mapping names and the document lacks, or that no token can satisfy. */
export function misnamedSchemes(config: Config, spec: LoadedSpec): Diagnostic[] {
  const { target, document, operations } = spec;
  if (typeof target.tokenClient === "string") return [];
  const declared = new Map(declaredSchemes(document));
  const requirements = operations.flatMap(({ security = [] }) => security.flatMap(readRequirement));
  const required = new Set(requirements.map(({ name }) => name));
  return Object.keys(target.tokenClient).flatMap((name) => {
    const path = ["clients", target.className, "tokenClient", name];
    const at = config.locate(path, "key");
    const pointer = formatPath(path);
    const scheme = declared.get(name);
    if (scheme === undefined && required.has(name)) return []; // A warning says that it is not declared.
    if (scheme === undefined) {
      const message = `${target.specName} has no security scheme "${name}"`;
      return [
        diagnosticAt(at, { pointer, message, fix: suggestion(name, declared.keys()) ?? "leave it out" }),
      ];
    }
    if (canBeToken(scheme)) return [];
    const message = `no token can be what the security scheme "${name}" asks for`;
    return [
      diagnosticAt(at, {
        pointer,
        message,
        fix: `leave it out: it is \`credentials\` of ${target.className}`,
      }),
    ];
  });
}

/** What the config says of a client to no effect. */
export function uselessSettings(config: Config, spec: AuthorizedSpec): Diagnostic[] {
  const { target, operations, tokenClients } = spec;
  const warn = (key: string, message: string, fix: string) => {
    const path = ["clients", target.className, key];
    const finding = { severity: "warning" as const, pointer: formatPath(path), message, fix };
    return diagnosticAt(config.locate(path), finding);
  };
  const used = new Set(
    operations.flatMap(({ authorization }) => (authorization.token ? [authorization.tokenClient] : [])),
  );
  const idle = tokenClients.filter((name) => !used.has(name));
  const warnings = idle.map((name) =>
    warn("tokenClient", `no operation takes a token of "${name}"`, fixIdle(spec, name)),
  );
  if (target.scopes !== "operation" || neededScopes(operations).length > 0) return warnings;
  const message = "no operation declares a scope, so that each call asks for those of its token client";
  return [
    ...warnings,
    warn("scopes", message, "leave it out, or declare scopes in the document's `security`"),
  ];
}

/** Many documents say "API key in the Authorization header" where they mean a bearer token. */
function fixIdle({ document, credentials, target }: AuthorizedSpec, tokenClient: string): string {
  const schemes = new Map(declaredSchemes(document));
  const likely = credentials.find(({ name }) => canBeToken(schemes.get(name) ?? {}));
  if (typeof target.tokenClient !== "string") return "leave it out, or correct the document's `security`";
  if (likely === undefined) return "correct the document's `security`, if they should";
  const mapping = `{ ${JSON.stringify(likely.name)}: ${JSON.stringify(tokenClient)} }`;
  return `if "${likely.name}" stands for such a token, say tokenClient: ${mapping}`;
}
