import { generateKeyPairSync } from "node:crypto";
import { SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { dpopKey, generateDpopKey } from "../../runtime/src/dpop.ts";
import { createTokenManager } from "../../runtime/src/token-manager.ts";
import { using } from "../support/disposal.ts";
import { proofOf, setUpDpop } from "../support/dpop-calls.ts";
import { startServer } from "../support/scripted-server.ts";
import { waysToCall } from "../support/ways-to-call.ts";

describe.each(waysToCall)("a call through %s", (_, createCall) => {
  test("is not sent with a token that its server did not bind to the key", async () => {
    const { server, api, ...means } = await setUpDpop({ dpop: "ignored" });
    await expect(createCall(means)()).rejects.toMatchObject({ code: "ERR_TOKEN_TYPE_MISMATCH", client: "a" });
    expect([server.tokenRequests.length, api.calls.length]).toEqual([1, 0]);
  });

  test("is not sent with a token that is bound to another key", async () => {
    const cnf = { jkt: generateDpopKey().thumbprint };
    const token = new SignJWT({ cnf }).setProtectedHeader({ alg: "HS256" });
    const access_token = await token.sign(Buffer.alloc(32));
    const login = await using(startServer(() => ({ access_token, token_type: "DPoP" })));
    const api = await using(startServer(() => ({})));
    const clients = { a: { tokenEndpoint: login.origin, clientId: "a", dpop: "generate" } } as const;
    const tokens = await using(createTokenManager({ clients }));
    const refused = { code: "ERR_TOKEN_RESPONSE_INVALID", client: "a" };
    await expect(createCall({ tokens, baseUrl: api.origin })()).rejects.toMatchObject(refused);
    await expect(tokens.getAccessToken("a")).rejects.toMatchObject(refused);
    expect([login.requests.length, api.requests.length]).toEqual([1, 0]);
  });

  test("has the claims of its key in the proofs to both servers", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const claims = { tenant: "blue" };
    const { server, api, ...means } = await setUpDpop({ key: dpopKey({ key: privateKey, claims }) });
    expect(await createCall(means)()).toMatchObject({ status: 200 });
    expect([...server.tokenRequests, ...api.calls].map(proofOf)).toMatchObject([claims, claims]);
  });
});
