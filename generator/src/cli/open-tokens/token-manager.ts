/** What may be asked for besides what the token client is defined with. */
export interface TokenParameters {
  readonly scope?: string;
  readonly resource?: readonly string[];
  readonly audience?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly forceRenewal?: boolean;
}

/** A token as the runtime's `AccessToken` has it. */
export interface ObtainedToken {
  readonly value: string;
  readonly tokenType: string;
  /** Epoch ms. */
  readonly issuedAt: number;
  /** Epoch ms. */
  readonly expiresAt: number;
  /** What the server says it granted. */
  readonly scope?: string | undefined;
}

/** What a command needs of a TokenManager. */
export interface TokenManager {
  getAccessToken(
    name: string,
    options: TokenParameters & { readonly signal?: AbortSignal },
  ): Promise<ObtainedToken>;
  close(): Promise<void>;
}
