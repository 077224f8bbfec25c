import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { CommandError } from "../../../../generator/src/cli/command-error.ts";
import { authenticationOf } from "../../../../generator/src/cli/open-tokens/client-authentication.ts";
import { readCredentials } from "../../../../generator/src/cli/open-tokens/credentials.ts";
import { explainFailure } from "../../../../generator/src/cli/open-tokens/explain-failure.ts";
import type { Runtime } from "../../../../generator/src/cli/open-tokens/runtime.ts";
import { createRedactor } from "../../../../generator/src/cli/redactor.ts";
import * as runtime from "../../../../runtime/src/index.ts";
import { using } from "../../../support/disposal.ts";
import { folderWith } from "../../../support/folder.ts";
import { type Script, startServer } from "../../../support/scripted-server.ts";

type Environment = Readonly<Record<string, string>>;

const SECRET = { CATALOG_CLIENT_SECRET: "planted-secret" };

/** What is said where the runtime itself fails to get a token with these variables. */
async function explain(script: Script, given: Environment): Promise<CommandError> {
  const server = await using(startServer(script));
  const variables = Object.entries({ CATALOG_CLIENT_ID: "catalog", ...given });
  const environment = Object.fromEntries(
    variables.map(([name, value]) => [name, value.replace("ORIGIN", server.origin)]),
  );
  const redact = createRedactor(environment);
  const cwd = folderWith({});
  const credentials = readCredentials("catalog.client", { environment, cwd, redact });
  try {
    const definition = {
      ...("issuer" in credentials.server ? {} : { tokenEndpoint: `${server.origin}/token?planted=query` }),
      ...credentials.server,
      clientId: credentials.clientId,
      clientAuthentication: authenticationOf(
        credentials,
        runtime as unknown as Runtime,
      ) as runtime.ClientAuthentication,
      requestTimeoutMs: 200,
    } as runtime.TokenClient;
    await using manager = runtime.createTokenManager({ clients: { "catalog.client": definition } });
    await manager.getAccessToken("catalog.client");
  } catch (error) {
    return explainFailure(error, { tokenClient: "catalog.client", credentials, redact });
  }
  throw new Error("there is a token");
}

const refuse =
  (status: number, error?: object): Script =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(error ?? {}));
  };

const pem = (options: object = {}) =>
  String(
    generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
      type: "pkcs8",
      format: "pem",
      ...options,
    }),
  );

/** Of the runtime's API, which no command line has. */
const OF_CODE =
  /requestTimeoutMs|clientId|clientAuthentication|clientSecret\w+|privateKeyJwt|clientAssertionFrom|createPrivateKey|encoding:/;

describe("explainFailure", () => {
  test.each<[string, Script, Environment, RegExp, RegExp]>([
    [
      "a request that is refused",
      refuse(400, { error: "invalid_request", error_description: "no; clientId" }),
      SECRET,
      /\/token answered 400 \(invalid_request: no; clientId\)$/,
      /^check parameters, resource and audience.*CATALOG_CLIENT_AUTH=client_secret_post$/,
    ],
    [
      "a client that is not known",
      refuse(401, { error: "invalid_client" }),
      SECRET,
      /\/token answered 401 \(invalid_client\)$/,
      /^check CATALOG_CLIENT_ID and CATALOG_CLIENT_SECRET; .*CATALOG_CLIENT_AUTH=client_secret_post$/,
    ],
    [
      "an address that is none",
      refuse(404),
      SECRET,
      /\/token answered 404$/,
      /check tokenClients\["catalog\.client"\]\.tokenEndpoint$/,
    ],
    [
      "a page",
      (_, response) => response.writeHead(403, { "content-type": "text/html" }).end("<html>"),
      SECRET,
      /answered 403$/,
      /^that is a page/,
    ],
    [
      "a status and no word",
      refuse(403),
      SECRET,
      /answered 403$/,
      /^check CATALOG_CLIENT_ID.*or this is no token endpoint/,
    ],
    [
      "a server that wants a proof",
      refuse(400, { error: "use_dpop_nonce" }),
      SECRET,
      /\(use_dpop_nonce\)$/,
      /with --manager$/,
    ],
    [
      "a token that is bound",
      refuse(200, { access_token: "a", token_type: "DPoP" }),
      SECRET,
      /asked for a Bearer token and got a DPoP token$/,
      /with --manager$/,
    ],
    [
      "a server that does not answer",
      () => {},
      SECRET,
      /^no token from .*\/token within 200 ms$/,
      /^check that it can be reached from here, or wait longer with --timeout$/,
    ],
    [
      "an issuer with too much",
      refuse(404),
      { ...SECRET, CATALOG_CLIENT_ISSUER: "ORIGIN/.well-known/openid-configuration" },
      /^no discovery document with a token endpoint at /,
      /^give CATALOG_CLIENT_ISSUER without \/\.well-known\//,
    ],
  ])("says of %s what happened, and what to do here", async (_, script, given, message, fix) => {
    const error = await explain(script, given);
    expect(error.message).toMatch(message);
    expect(error.fix).toMatch(fix);
    expect(error.fix).not.toMatch(OF_CODE);
    expect(`${error.message}${error.fix}`).not.toContain("planted");
  });

  test.each<[Environment, RegExp]>([
    [{ CATALOG_CLIENT_SECRET: "planted-secret\n" }, /^CATALOG_CLIENT_SECRET ends with a line break/],
    [{ ...SECRET, CATALOG_CLIENT_ID: "catalog\n" }, /^CATALOG_CLIENT_ID ends with a line break/],
    [{ CATALOG_CLIENT_KEY: "planted" }, /^CATALOG_CLIENT_KEY must be a private key as PEM/],
    [
      { CATALOG_CLIENT_KEY: pem({ cipher: "aes-256-cbc", passphrase: "a" }) },
      /^CATALOG_CLIENT_KEY is encrypted: decrypt it, or name .* with --manager$/,
    ],
    [
      { CATALOG_CLIENT_KEY: pem(), CATALOG_CLIENT_KEY_ALG: "HS1" },
      /^CATALOG_CLIENT_KEY_ALG must be one of ES256/,
    ],
    [
      { CATALOG_CLIENT_ASSERTION_FILE: "gone" },
      /the file that CATALOG_CLIENT_ASSERTION_FILE names cannot be read/,
    ],
    [{ CATALOG_CLIENT_ASSERTION: "planted" }, /CATALOG_CLIENT_ASSERTION must be a JWT$/],
    [
      { ...SECRET, CATALOG_CLIENT_TOKEN_ENDPOINT: "http://login.example/t" },
      /^CATALOG_CLIENT_TOKEN_ENDPOINT must be https/,
    ],
  ])("names the variable that is wrong: %j", async (given, message) => {
    const error = await explain(refuse(500), given);
    expect(error.message).toMatch(message);
    expect(error.message).not.toMatch(OF_CODE);
    expect(error.message).not.toContain("planted");
  });

  test("leaves to code what is said of the module of a TokenManager", () => {
    const failure = Object.assign(new Error('token client "a": too late; raise requestTimeoutMs'), {
      code: "E",
    });
    const redact = createRedactor({});
    const { code, message, fix } = explainFailure(failure, {
      tokenClient: "a",
      credentials: undefined,
      redact,
    });
    expect({ code, message, fix }).toEqual({
      code: "E",
      message: "too late; raise requestTimeoutMs",
      fix: undefined,
    });
  });
});
