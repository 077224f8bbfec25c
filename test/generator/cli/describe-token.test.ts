import { describe, expect, test } from "vitest";
import { describeToken } from "../../../generator/src/cli/describe-token.ts";
import { createRedactor } from "../../../generator/src/cli/redactor.ts";
import { jwtOf } from "../../support/run-cli.ts";

const obtained = { tokenType: "Bearer", issuedAt: 0, expiresAt: 60_000 };
const redact = createRedactor({ A_SECRET: "planted-secret" });

const describeValue = (value: string, scope?: string) => describeToken({ ...obtained, value, scope }, redact);

describe("describeToken", () => {
  test("reads the header and the claims of a JWT", () => {
    expect(describeValue(jwtOf({ sub: "a", aud: "urn:a" }))).toMatchObject({
      format: "jwt",
      header: { alg: "ES256" },
      claims: { sub: "a" },
      audience: ["urn:a"],
    });
  });

  test("takes out what is secret, whoever put it there", () => {
    const token = jwtOf({ a: ["planted-secret"], aud: "planted-secret" }, { kid: "planted-secret" });
    const description = describeValue(token, "read planted-secret");
    expect(JSON.stringify(description)).not.toContain("planted");
    expect(description.granted?.scopes).toEqual(["read", "[redacted]"]);
  });

  test("shows no token that its server, or a TokenManager, says elsewhere", () => {
    const token = {
      ...obtained,
      value: "opaque-token",
      scope: "read opaque-token",
      tokenType: "opaque-token",
    };
    expect(JSON.stringify(describeToken(token, redact))).not.toContain("opaque-token");
  });

  test("reads the header alone of an encrypted JWT", () => {
    const [header] = jwtOf({}, { alg: "dir", enc: "A256GCM" }).split(".");
    const description = describeValue(`${header}.a.b.c.d`);
    expect(description).toMatchObject({ format: "encrypted jwt", header: { enc: "A256GCM" } });
    expect(description).not.toHaveProperty("claims");
  });

  test.each([
    "opaque",
    "a.b.c",
    "",
    `${Buffer.from("{}").toString("base64url")}.${Buffer.from("[1]").toString("base64url")}.a`,
    `${Buffer.from("{}").toString("base64url")}.e30`,
  ])("takes %j for opaque", (value) => {
    expect(describeValue(value)).toEqual({ ...obtained, format: "opaque" });
  });

  test.each([
    ["the answer of the server", "a b", { scope: "c" }, { scopes: ["a", "b"], by: "answer" }],
    ["an answer that grants none", "", { scope: "c" }, { scopes: [], by: "answer" }],
    ["the claim scope", undefined, { scope: "a  b a", scp: "c" }, { scopes: ["a", "b"], by: "scope" }],
    ["the claim scp, a list", undefined, { scp: ["a", "b"] }, { scopes: ["a", "b"], by: "scp" }],
    ["the claim roles", undefined, { roles: ["Items.Read"] }, { scopes: ["Items.Read"], by: "roles" }],
    ["nobody", undefined, { scope: 7, roles: null }, undefined],
  ])("has the scopes of %s", (_, scope, claims, want) => {
    expect(describeValue(jwtOf(claims), scope).granted).toEqual(want);
  });
});
