import { describe, expect, test } from "vitest";
import { type CredentialScheme, encodeCredential } from "../../../runtime/src/credentials/encoding.ts";

const header = { in: "header", name: "X-Api-Key" } as const;
const query = { in: "query", name: "the key" } as const;
const cookie = { in: "cookie", name: "session" } as const;

describe("encodeCredential", () => {
  test.each<[scheme: CredentialScheme, value: unknown, want: [place: string, name: string, text: string]]>([
    [header, "s3cret key", ["header", "x-api-key", "s3cret key"]],
    [query, "a&b=ü", ["query", "the%20key", "a%26b%3D%C3%BC"]],
    [cookie, "abc.DEF=", ["cookie", "session", "abc.DEF="]],
    // RFC 7617 §2 and §2.1
    [
      { http: "basic" },
      { username: "Aladdin", password: "open sesame" },
      ["header", "authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="],
    ],
    [
      { http: "Basic" },
      { username: "test", password: "123£" },
      ["header", "authorization", "Basic dGVzdDoxMjPCow=="],
    ],
    [{ http: "basic" }, { username: "key", password: "" }, ["header", "authorization", "Basic a2V5Og=="]],
    [{ http: "basic" }, { username: "a", password: "b:c" }, ["header", "authorization", "Basic YTpiOmM="]],
    [{ http: "bearer" }, "abc", ["header", "authorization", "Bearer abc"]],
    [{ http: "Token" }, "token=abc", ["header", "authorization", "Token token=abc"]],
  ])("writes for %j %j as %j", (scheme, value, [place, name, text]) => {
    expect(encodeCredential(scheme, value, "credentials.a")).toEqual({ place, name, text });
  });

  test.each<[scheme: CredentialScheme, value: unknown]>([
    [header, ""],
    [header, undefined],
    [header, 42],
    [header, "hunter2\n"],
    [header, "hunter2\r\nX-Evil: 1"],
    [header, "hünter2"],
    [header, " hunter2"],
    [query, "hunter2\ud800"],
    [cookie, "hunter2; admin=1"],
    [cookie, "hunter2,x"],
    [cookie, "hunter2 x"],
    [{ http: "basic" }, "user:hunter2"],
    [{ http: "basic" }, { username: "a:b", password: "hunter2" }],
    [{ http: "basic" }, { username: "", password: "" }],
    [{ http: "basic" }, { username: "a", password: "hunter2\n" }],
    [{ http: "bearer" }, "Bearer hunter2"],
    [{ http: "Token" }, "token hunter2"],
  ])("refuses for %j %j, without quoting it", (scheme, value) => {
    const encode = () => encodeCredential(scheme, value, "credentials.a");
    expect(encode).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
    expect(encode).toThrow(/^credentials\.a/);
    expect(encode).not.toThrow(/hunter2|hünter2/);
  });
});
