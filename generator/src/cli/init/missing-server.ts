import { abridge } from "../../names.ts";
import type { Api } from "./read-api.ts";
import type { TokenScheme } from "./token-schemes.ts";

/** Why a document does not say where the tokens of one of its token clients are from. */
export function whyUnknown(api: Api, index: number): string {
  const need = api.tokenClients[index];
  if (need === undefined) {
    const schemes = Object.keys(schemesOf(api));
    return schemes.length === 0
      ? "no operation takes a token"
      : `no operation takes a token; what they take instead a worker gives as \`credentials\`: ${abridge(schemes)}`;
  }
  const { schemes } = need;
  const [first] = schemes;
  if (first === undefined)
    return "the document says nothing of security: a token is sent, but it does not say from where";
  const broken = schemes.find(({ problem }) => problem !== undefined);
  if (broken !== undefined) return `security scheme "${broken.name}": ${broken.problem}`;
  return `security scheme "${first.name}" ${KINDS[first.kind]}`;
}

const KINDS: Readonly<Record<TokenScheme["kind"], string>> = {
  clientCredentials: "has no tokenUrl",
  openIdConnect: "has no openIdConnectUrl",
  otherFlow: "has no flow with a token endpoint",
  bearer: "does not say where its tokens are from",
  key: "is an API key in the Authorization field, which stands for a token where there is a token endpoint",
};

function schemesOf({ spec }: Api): object {
  const { components } = spec.document as { components?: { securitySchemes?: object } };
  return components?.securitySchemes ?? {};
}
