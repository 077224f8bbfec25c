/** Who can call what, by a token client mapping and the documents of its clients. Its JSON is for other programs. */
export interface AccessReport {
  /** Of this form; it changes when something of it goes away or means something else. */
  readonly version: 1;
  /** Name of the config's file. */
  readonly config: string;
  readonly tokenClients: readonly TokenClientAccess[];
  readonly clients: readonly ClientAccess[];
  /** Warnings first. */
  readonly findings: readonly AccessFinding[];
}

/** What a token client asks for, and what it does with it. */
export interface TokenClientAccess {
  readonly name: string;
  readonly issuer?: string;
  /** Without its query, which may hold a key. */
  readonly tokenEndpoint?: string;
  readonly resources: readonly string[];
  readonly audience?: string;
  /** Undefined where the config leaves it to the authorization server, or to run time. */
  readonly requested?: readonly string[];
  /** Those that it asks for, then those that operations need besides. */
  readonly scopes: readonly ScopeAccess[];
  /** A generated client a line, whose operations take its tokens or could. */
  readonly calls: readonly CallAccess[];
  /** What `scopes: "operation"` does for its tokens, or would; undefined where documents do not say enough to tell. */
  readonly reach?: TokenReach;
}

/** How many operations there are of each effect. */
export interface EffectCounts {
  readonly read: number;
  readonly change: number;
  readonly delete: number;
}

/** A scope of a token client, and how many of the operations that take its tokens need it. */
export interface ScopeAccess {
  readonly name: string;
  /** `"unknown"` where no operation says what it needs. */
  readonly needed: "yes" | "no" | "unknown";
  readonly operations: EffectCounts;
}

/** What a token client calls of one API. */
export interface CallAccess {
  /** Name of the generated client. */
  readonly client: string;
  /** Of operations that its tokens go to. */
  readonly calls: EffectCounts;
  /** Of those that would take its tokens, though no generated client sends one. */
  readonly couldCall: EffectCounts;
}

/** What somebody could do with a token that was lost: how many operations it is good for. */
export interface TokenReach {
  /** Whether calls ask for what their operation needs already, by all clients that take these tokens. */
  readonly isByOperation: boolean;
  /** Those that do not say what they need. */
  readonly silentOperations: number;
  /** A token of all scopes. */
  readonly ofClient: { readonly scopes: number; readonly operations: number };
  /** A token of just the scopes of one operation: over all operations. */
  readonly ofOperation: {
    /** How many different ones there are. */
    readonly tokens: number;
    readonly mostScopes: number;
    readonly medianOperations: number;
    readonly mostOperations: number;
  };
}

/** A generated client, which is one API. */
export interface ClientAccess {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly spec: string;
  /** Undefined where the constructor asks for it; `"document"` where the document's servers are trusted. */
  readonly baseUrl?: string;
  readonly tokenClients: readonly string[];
  readonly isByOperation: boolean;
  readonly operations: readonly OperationAccess[];
}

/** What it takes to call an operation. */
export interface OperationAccess {
  /** `CatalogClient.listItems`: how it is called. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary?: string;
  readonly effect: Effect;
  readonly guard: Guard;
  /** Whether the document lets anybody call it without what guards it. */
  readonly isOptional: boolean;
  readonly isDeprecated: boolean;
  /** Whose token goes with a call; undefined where none does. */
  readonly tokenClient?: string;
  readonly scopes: readonly string[];
  /** Alternatives of security schemes that no token satisfies, all of one needed; empty where there are none. */
  readonly credentials: readonly (readonly string[])[];
  readonly needsCertificate: boolean;
  /** Token clients whose tokens would do, though no generated client sends one there. */
  readonly couldBeCalledBy: readonly string[];
  /** Of what kinds the findings are that it is among. */
  readonly findings: readonly FindingKind[];
}

/** What a call does, as far as its method tells. */
export type Effect = "read" | "change" | "delete";

/**
 * What an operation is guarded by. `"token"`: any, since no scope is needed; `"none"`: the document says that anybody
 * may call it; `"undeclared"`: it says nothing; `"unsendable"`: nothing that a client could send.
 */
export type Guard = "scopes" | "token" | "credentials" | "certificate" | "none" | "undeclared" | "unsendable";

/** Something to mend, or to know, of one token client or one generated client. */
export interface AccessFinding {
  readonly kind: FindingKind;
  readonly level: "warning" | "note";
  readonly tokenClient?: string;
  readonly client?: string;
  readonly scopes: readonly string[];
  /** Their ids. */
  readonly operations: readonly string[];
  /** How many of the operations change or delete something. */
  readonly changing: number;
}

/** What a finding is about. */
export type FindingKind =
  | "undeclared-security"
  | "unneeded-scopes"
  | "unused-token-client"
  | "other-token-client"
  | "public"
  | "optional"
  | "any-token"
  | "deprecated"
  | "open-scope"
  | "lost-token"
  | "shared-token-client"
  | "without-token";
