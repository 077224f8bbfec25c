import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadSpec } from "../../../generator/src/load-spec.ts";
import type { AuthorizedOperation, AuthorizedSpec, ClientTarget } from "../../../generator/src/model.ts";
import { resolveMapping } from "../../../generator/src/resolve-mapping.ts";
import { configOf, targetOf } from "../../support/documents.ts";

/** Real documents that are too large, or not free, to be kept here; the folder need not be there. */
const corpus = fileURLToPath(new URL("../../../../shared/corpus", import.meta.url));

interface Expectation {
  /** Of an operation: path and method. */
  readonly operation: readonly [path: string, method: string];
  readonly authorization: AuthorizedOperation["authorization"];
  /** How many operations take a token. */
  readonly withToken: number;
  readonly credentials: readonly string[];
}

const token = (...scopes: string[]) => ({ token: true, tokenClient: "test.client", scopes }) as const;

const documents: readonly [file: string, target: Partial<ClientTarget>, want: Expectation][] = [
  [
    "security-31.json",
    {},
    {
      operation: ["/anything/oauth2", "put"],
      authorization: token("write:things"),
      withToken: 9, // One of them says nothing of security.
      credentials: ["apiKey_cookie", "apiKey_header", "apiKey_query", "basic"],
    },
  ],
  [
    "security-31.json",
    { tokenClient: { bearer: "test.client" } },
    {
      operation: ["/anything/oauth2", "put"],
      authorization: { token: false, credentials: [["oauth2_clientCredentials"]] },
      withToken: 1,
      credentials: [
        "apiKey_cookie",
        "apiKey_header",
        "apiKey_query",
        "basic",
        "bearer_jwt",
        "oauth2",
        "oauth2_authorizationCode",
        "oauth2_clientCredentials",
        "oauth2_implicit",
        "oauth2_password",
        "openIdConnect",
      ],
    },
  ],
  [
    "slack-v2.json",
    {},
    {
      operation: ["/admin.apps.approve", "post"],
      authorization: token("admin.apps:write"),
      withToken: 174,
      credentials: [],
    },
  ],
  [
    "pubsub.json",
    {},
    {
      operation: ["/v1beta2/{project}/topics", "get"],
      authorization: token("https://www.googleapis.com/auth/cloud-platform"),
      withToken: 16,
      credentials: [],
    },
  ],
  [
    "xero-accounting.yaml",
    {},
    {
      operation: ["/Accounts", "get"],
      authorization: token("accounting.settings", "accounting.settings.read"),
      withToken: 235,
      credentials: [],
    },
  ],
  [
    "spotify-fixed.yml",
    {},
    {
      operation: ["/me/albums", "put"],
      authorization: token("user-library-modify"),
      withToken: 97,
      credentials: [],
    },
  ],
  [
    "discord.json",
    {},
    {
      operation: ["/users/@me", "get"],
      authorization: token("identify"),
      withToken: 35,
      credentials: ["BotToken"],
    },
  ],
];

const known = documents.filter(() => existsSync(corpus));

async function authorize(file: string, target: Partial<ClientTarget>): Promise<AuthorizedSpec> {
  const spec = await loadSpec(targetOf(`${corpus}/${file}`, { specName: file, ...target }));
  const { specs } = resolveMapping(configOf(), [spec]);
  return specs[0] as AuthorizedSpec;
}

describe("the security of real documents", () => {
  test("is what they say", { timeout: 120_000 }, async () => {
    for (const [file, target, want] of known) {
      const { operations, credentials } = await authorize(file, target);
      const [path, method] = want.operation;
      const found = operations.find((operation) => operation.path === path && operation.method === method);
      expect({
        operation: want.operation,
        authorization: found?.authorization,
        withToken: operations.filter(({ authorization }) => authorization.token).length,
        credentials: credentials.map(({ name }) => name),
      }).toEqual(want);
    }
  });
});
