import type {
  ApiModel,
  Authorization,
  AuthorizedOperation,
  AuthorizedSpec,
  ClientAccess,
  Effect,
  FindingKind,
  Guard,
  OperationAccess,
  OperationModel,
} from "../model.ts";

/** A generated client with its operations; who else could call them is not known here. */
export function apiOf({ spec, model }: { spec: AuthorizedSpec; model: ApiModel }): ClientAccess {
  const baseUrl = spec.target.baseUrl;
  return {
    name: model.className,
    title: model.title,
    version: model.version,
    spec: model.specName,
    ...(baseUrl !== undefined && { baseUrl }),
    tokenClients: model.tokenClients,
    isByOperation: model.asksByOperation,
    operations: spec.operations.flatMap((source, index) => {
      const operation = model.operations[index];
      return operation === undefined ? [] : operationOf(model.className, source, operation);
    }),
  };
}

function operationOf(
  className: string,
  { security, authorization }: AuthorizedOperation,
  { name, group, method, pathTemplate, summary, deprecated }: OperationModel,
): OperationAccess {
  const guard = guardOf(security, authorization);
  const isOptional = security !== undefined && security.length > 1 && security.some(isEmpty);
  return {
    id: [className, group ?? [], name].flat().join("."),
    method,
    path: pathTemplate,
    ...(summary !== undefined && { summary: summary.trim().replaceAll(/\s+/g, " ") }),
    effect: effectOf(method),
    guard,
    isOptional,
    isDeprecated: deprecated,
    ...(authorization.token && { tokenClient: authorization.tokenClient }),
    scopes: authorization.token ? authorization.scopes : [],
    credentials: authorization.credentials ?? [],
    needsCertificate: authorization.certificate === true,
    couldBeCalledBy: [],
    findings: [...findingsOf(guard, isOptional), ...(deprecated ? ["deprecated" as const] : [])],
  };
}

function findingsOf(guard: Guard, isOptional: boolean): readonly FindingKind[] {
  if (isOptional) return ["optional"];
  return FINDINGS[guard] ?? [];
}

const FINDINGS: Readonly<Partial<Record<Guard, readonly FindingKind[]>>> = {
  undeclared: ["undeclared-security"],
  none: ["public"],
  token: ["any-token"],
  credentials: ["without-token"],
  certificate: ["without-token"],
  unsendable: ["without-token"],
};

/** RFC 9110 §9.2.1 has those that only read; QUERY is one of them. */
function effectOf(method: string): Effect {
  if (method === "DELETE") return "delete";
  return /^(GET|HEAD|OPTIONS|TRACE|QUERY)$/.test(method) ? "read" : "change";
}

function guardOf(security: AuthorizedOperation["security"], authorization: Authorization): Guard {
  if (security === undefined) return "undeclared";
  if (authorization.token) return authorization.scopes.length > 0 ? "scopes" : "token";
  if ((authorization.credentials ?? []).length > 0) return "credentials";
  if (authorization.certificate) return "certificate";
  return security.length === 0 || security.some(isEmpty) ? "none" : "unsendable";
}

function isEmpty(requirement: object): boolean {
  return Object.keys(requirement).length === 0;
}
