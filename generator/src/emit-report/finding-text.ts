import type { AccessFinding, AccessReport, ClientAccess, FindingKind, TokenClientAccess } from "../model.ts";
import { count, list, type Phrase, say } from "./phrase.ts";

/** What a finding says, and how to mend it; undefined where there is nothing to. */
export interface FindingText {
  readonly message: Phrase;
  readonly fix?: Phrase;
}

/** The same in every format. */
export function describeFinding(finding: AccessFinding, report: AccessReport): FindingText {
  return TEXTS[finding.kind]({
    finding,
    client: report.clients.find(({ name }) => name === finding.client),
    tokenClient: report.tokenClients.find(({ name }) => name === finding.tokenClient),
    clients: report.clients.filter(({ operations }) =>
      operations.some(({ tokenClient }) => tokenClient !== undefined && tokenClient === finding.tokenClient),
    ),
  });
}

interface Subject {
  readonly finding: AccessFinding;
  readonly client: ClientAccess | undefined;
  readonly tokenClient: TokenClientAccess | undefined;
  /** Those that take tokens of the token client. */
  readonly clients: readonly ClientAccess[];
}

const TEXTS: Readonly<Record<FindingKind, (subject: Subject) => FindingText>> = {
  "undeclared-security": ({ finding, client }) => ({
    message: say`The document says nothing of security for ${operationsOf(finding)}. ${tokenSent(client)}`,
    fix: say`Declare ${"security"} for them or for all of the document; ${"security: []"} where anybody may call.`,
  }),
  public: ({ finding }) => ({
    message: say`Anybody may call ${operationsOf(finding)}: the document asks for nothing.`,
    ...(finding.changing > 0 && {
      fix: say`Have the API ask for a token where something is changed, and the document say so.`,
    }),
  }),
  optional: ({ finding }) => ({
    message: say`Anybody may call ${operationsOf(finding)}: a token may go along, but ${"{}"} is an alternative in ${"security"}.`,
    fix: say`Take ${"{}"} out, unless callers without a token are meant.`,
  }),
  "any-token": ({ finding }) => ({
    message: say`Any token is good for ${operationsOf(finding)}: the document asks for no scope.`,
    fix: say`Name the scopes that are needed in ${"security"}.`,
  }),
  "unneeded-scopes": ({ finding, tokenClient }) => ({
    message: say`${nameOf(finding)} asks for ${list(finding.scopes)}, which no operation is declared to need.${silent(tokenClient)}`,
    fix: say`Leave that out of its ${"scope"}, so that its tokens may do no more than they must.`,
  }),
  "other-token-client": ({ finding }) => ({
    message: say`Tokens of ${nameOf(finding)} are good for ${operationsOf(finding)}, though nothing sends them there: they have the scopes, and nothing keeps them to another API.`,
    fix: say`Leave out scopes that it does not need, or keep the APIs apart: a ${"resource"} or an ${"audience"} for each.`,
  }),
  "unused-token-client": ({ finding }) => ({
    message: say`No operation takes a token of ${nameOf(finding)}.`,
    fix: say`Remove it from the config, and its registration from the authorization server.`,
  }),
  deprecated: ({ finding }) => {
    const [are, them] = finding.operations.length === 1 ? ["is", "it"] : ["are", "them"];
    const all = count(finding.operations.length, "operation");
    return {
      message: say`${all} of ${nameOf(finding)} ${[are]} deprecated, and can still be called.`,
      fix: say`Say ${"exclude: { deprecated: true }"} once nothing calls ${[them]}.`,
    };
  },
  "open-scope": ({ finding }) => ({
    message: say`The config does not say what ${nameOf(finding)} asks for: the authorization server decides what its tokens may do.`,
    ...(finding.scopes.length > 0 && {
      fix: say`Let its ${"scope"} be what its operations need: ${list(finding.scopes)}.`,
    }),
  }),
  "lost-token": ({ finding, tokenClient, clients }) => ({
    message: lostToken(finding, tokenClient),
    fix: say`Say ${'scopes: "operation"'} for ${list(clients.filter((api) => !api.isByOperation).map(({ name }) => name))}.`,
  }),
  "shared-token-client": ({ finding, clients }) => ({
    message: say`Tokens of ${nameOf(finding)} go to the APIs of ${list(clients.map(({ name }) => name))}: who runs one of them could use them at the others.`,
    fix: say`Give each API a token client of its own, with a ${"resource"} or an ${"audience"}.`,
  }),
  "without-token": ({ finding, client }) => ({
    message: say`Instead of a token, ${insteadOfToken(client)} goes with ${operationsOf(finding)}.`,
    fix: say`Have such secrets replaced from time to time: they do not expire by themselves.`,
  }),
};

function nameOf({ tokenClient, client }: AccessFinding): string {
  return tokenClient ?? client ?? "";
}

/** `12 operations of CatalogClient, 3 of which change something`. */
function operationsOf({ operations, changing, client = "" }: AccessFinding): Phrase {
  const all = say`${count(operations.length, "operation")} of ${client}`;
  if (changing === 0) return all;
  if (operations.length === 1) return say`${all}, which changes something`;
  const which = changing === operations.length ? ["all"] : say`${changing}`;
  return say`${all}, ${which} of which ${[changing === 1 ? "changes" : "change"]} something`;
}

function tokenSent(client: ClientAccess | undefined): Phrase {
  const undeclared = client?.operations.filter(({ guard }) => guard === "undeclared") ?? [];
  const isSent = undeclared.some(({ tokenClient }) => tokenClient !== undefined);
  return [isSent ? "A token is sent all the same." : "Nothing is sent with them."];
}

/** What is not known weighs against what is not needed. */
function silent(tokenClient: TokenClientAccess | undefined): Phrase {
  const amount = tokenClient?.reach?.silentOperations ?? 0;
  if (amount === 0) return [];
  const which = amount === 1 ? "does not say what it needs" : "do not say what they need";
  return say` But ${count(amount, "operation")} that its tokens go to ${[which]}.`;
}

function lostToken(finding: AccessFinding, tokenClient: TokenClientAccess | undefined): Phrase {
  const reach = tokenClient?.reach;
  if (reach === undefined) return [];
  const { ofClient, ofOperation } = reach;
  const { medianOperations: median, mostOperations: most, tokens } = ofOperation;
  const left = median === most ? say`${most}` : say`${median} (median) to ${most} (at most)`;
  return say`A lost token of ${nameOf(finding)} is good for all of its ${count(ofClient.operations, "operation")}. If each call asked for just its own scopes, it would be good for ${left}, with ${count(tokens, "token")} in use instead of 1.`;
}

function insteadOfToken(client: ClientAccess | undefined): Phrase {
  const guarded = client?.operations.filter(({ findings }) => findings.includes("without-token")) ?? [];
  const credentials = [...new Set(guarded.flatMap((operation) => operation.credentials.flat()))];
  const others = [
    guarded.some(({ needsCertificate }) => needsCertificate) ? "a certificate" : [],
    guarded.some(({ guard }) => guard === "unsendable") ? "something that no generated client can send" : [],
  ].flat();
  const named = credentials.length > 0 ? say`a credential (${list(credentials)})` : [];
  return [...named, named.length > 0 && others.length > 0 ? ", or " : "", others.join(", or ")];
}
