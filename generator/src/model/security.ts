/** Whether a token goes with an operation, whose and with which scopes then, and what else does. */
export type Authorization = Credentialed &
  (
    | { readonly token: false }
    | { readonly token: true; readonly tokenClient: string; readonly scopes: readonly string[] }
  );

interface Credentialed {
  /** Alternatives of schemes that no token satisfies; an empty one, the last, means that none is needed. */
  readonly credentials?: readonly (readonly string[])[];
  /** A certificate of the connection is asked for, which nothing of a call can be: that of the token's, or the dispatcher's. */
  readonly certificate?: true;
}

/** How the credential of a security scheme is sent. */
export type CredentialScheme =
  | { readonly in: "header" | "query" | "cookie"; readonly name: string }
  /** The word of `Authorization` that it comes after. */
  | { readonly http: string };

export interface CredentialModel {
  /** Of its security scheme. */
  readonly name: string;
  readonly scheme: CredentialScheme;
  readonly description?: string;
}

/** An address of the API; a variable without a default has to be given. */
export interface ServerModel {
  /** With its variables: `https://{region}.example.com`. */
  readonly url: string;
  readonly variables?: Readonly<Record<string, ServerVariableModel>>;
}

export interface ServerVariableModel {
  readonly default?: string;
  /** The only values there are; never empty. */
  readonly enum?: readonly string[];
}
