import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createSealer, type EncryptionKey, type Sealer } from "../../../runtime/src/shared-tokens/sealing.ts";

const PLACE = "wbV2yV0uFdD5lJm7r6Qh5Nq5mW6vN2l3y3o8Qk1yX2M";
const createKey = (id: string): EncryptionKey => ({ id, key: randomBytes(32) });
const [old, recent] = [createKey("2024"), createKey("2025")];
const one = createSealer({ keys: [old] });

/** Why a text can't be used. */
function codeOf(sealer: Sealer, sealed: string, place = PLACE): unknown {
  try {
    return sealer.unseal(sealed, place);
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** With one bit of the byte turned over, counted from the end when negative. */
function tamper(sealed: string, index: number): string {
  const [format, id, content = ""] = sealed.split(".");
  const bytes = Buffer.from(content, "base64url");
  const at = (index + bytes.length) % bytes.length;
  bytes[at] = (bytes[at] as number) ^ 1;
  return [format, id, bytes.toString("base64url")].join(".");
}

describe("createSealer with keys", () => {
  test("gives back what it sealed, whatever it is", () => {
    for (const text of ["", "token", "tökén 🔑", "x".repeat(100_000)]) {
      expect(one.unseal(one.seal(text, PLACE), PLACE)).toBe(text);
    }
  });

  test("shows nothing of a text but its length", () => {
    const sealed = one.seal("planted-token", PLACE);
    for (const form of [
      "planted",
      ...["base64", "base64url", "hex"].map((form) => encode("planted", form)),
    ]) {
      expect(sealed).not.toContain(form);
    }
  });

  test("seals equal texts differently", () => {
    const sealed = Array.from({ length: 1000 }, () => one.seal("token", PLACE));
    expect(new Set(sealed).size).toBe(1000);
  });

  test("binds a text to its place", () => {
    expect(codeOf(one, one.seal("token", PLACE), "elsewhere")).toBe("ERR_STORE_SEAL");
  });

  test("binds a text to the id of its key, though two ids have one key", () => {
    const twins = createSealer({ keys: [old, { ...old, id: "twin" }] });
    const sealed = twins.seal("token", PLACE).replace(".2024.", ".twin.");
    expect(codeOf(twins, sealed)).toBe("ERR_STORE_SEAL");
  });

  test("opens nothing that another key of the same id sealed", () => {
    expect(codeOf(createSealer({ keys: [createKey("2024")] }), one.seal("token", PLACE))).toBe(
      "ERR_STORE_SEAL",
    );
  });

  test("opens nothing of a key that it does not have", () => {
    expect(codeOf(createSealer({ keys: [recent] }), one.seal("token", PLACE))).toBe("ERR_STORE_KEY_UNKNOWN");
    expect(codeOf(one, one.seal("token", PLACE).replace(".2024.", ".__proto__."))).toBe(
      "ERR_STORE_KEY_UNKNOWN",
    );
  });

  test.each([
    ["nonce", 0],
    ["text", 12],
    ["tag", -1],
  ])("opens nothing whose %s was tampered with", (_part, index) => {
    expect(codeOf(one, tamper(one.seal("token", PLACE), index))).toBe("ERR_STORE_SEAL");
  });

  test("opens nothing that was cut off, at any point", () => {
    const sealed = one.seal("token", PLACE);
    for (let length = 0; length < sealed.length; length++) {
      expect(codeOf(one, sealed.slice(0, length))).toMatch(/^ERR_STORE_/);
    }
  });

  test.each([
    ["nothing", ""],
    ["another format", "s0.2024.AAAA"],
    ["a later format", one.seal("token", PLACE).replace("s1.", "s2.")],
    ["too many parts", `${one.seal("token", PLACE)}.AAAA`],
    ["JSON", '{"value":"token"}'],
    ["a plain text", createSealer("none").seal("token", PLACE)],
  ])("opens nothing that is %s", (_what, sealed) => {
    expect(codeOf(one, sealed)).toBe("ERR_STORE_FORMAT");
  });

  test("rotates: a key that was added last opens, moved first seals, and what was taken away is forgotten", () => {
    const [added, moved] = [createSealer({ keys: [old, recent] }), createSealer({ keys: [recent, old] })];
    const before = one.seal("token", PLACE);
    expect(codeOf(one, added.seal("token", PLACE))).toBe("token");
    expect(codeOf(added, moved.seal("token", PLACE))).toBe("token");
    expect(codeOf(moved, before)).toBe("token");
    const after = createSealer({ keys: [recent] });
    expect(codeOf(after, moved.seal("token", PLACE))).toBe("token");
    expect(codeOf(after, before)).toBe("ERR_STORE_KEY_UNKNOWN");
  });

  test.each([["base64"], ["base64url"]])("takes a key in %s, and as bytes, for the same", (form) => {
    const text = encode(old.key as Buffer, form);
    expect(codeOf(createSealer({ keys: [{ id: old.id, key: text }] }), one.seal("token", PLACE))).toBe(
      "token",
    );
  });

  test("keeps a copy of a key that is wiped after", () => {
    const key = Buffer.from(old.key as Buffer);
    const sealer = createSealer({ keys: [{ id: old.id, key }] });
    key.fill(0);
    expect(codeOf(one, sealer.seal("token", PLACE))).toBe("token");
  });
});

describe('createSealer with "none"', () => {
  const plain = createSealer("none");

  test("gives back what it was given, line ends and dots too", () => {
    for (const text of ["", "token", "a.b\nc"]) expect(codeOf(plain, plain.seal(text, PLACE))).toBe(text);
  });

  test("makes equal texts different", () => {
    expect(plain.seal("token", PLACE)).not.toBe(plain.seal("token", PLACE));
  });

  test("tells when a text belongs elsewhere", () => {
    expect(codeOf(plain, plain.seal("token", PLACE), "elsewhere")).toBe("ERR_STORE_SEAL");
  });

  test.each([
    ["nothing", ""],
    ["JSON", '{"value":"token"}'],
    ["a sealed text", one.seal("token", PLACE)],
  ])("takes nothing that is %s", (_what, sealed) => {
    expect(codeOf(plain, sealed)).toBe("ERR_STORE_FORMAT");
  });
});

describe("createSealer", () => {
  const secret = "planted-secret-planted-secret-planted-secre";
  test.each<[string, unknown]>([
    ["encryption", undefined],
    ["encryption", null],
    ["encryption", ""],
    ["encryption", "None"],
    ["encryption", {}],
    ["encryption", { keys: [] }],
    ["encryption", { keys: { id: "a", key: secret } }],
    ["encryption.keys", { keys: [undefined] }],
    ["encryption.keys", { keys: [null] }],
    ["encryption.keys", { keys: [secret] }],
    ["encryption.keys", { keys: [{ key: secret }] }],
    ["encryption.keys", { keys: [{ id: "", key: secret }] }],
    ["encryption.keys", { keys: [{ id: "a.b", key: secret }] }],
    ["encryption.keys", { keys: [{ id: "a".repeat(33), key: secret }] }],
    ["encryption.keys", { keys: [{ id: "a" }] }],
    ["encryption.keys", { keys: [{ id: "a", key: secret.slice(1) }] }],
    ["encryption.keys", { keys: [{ id: "a", key: `${secret}!` }] }],
    ["encryption.keys", { keys: [{ id: "a", key: randomBytes(32).toString("hex") }] }],
    ["encryption.keys", { keys: [{ id: "a", key: randomBytes(16) }] }],
    ["encryption.keys", { keys: [createKey("a"), createKey("a")] }],
  ])("refuses what is no %s, without showing it: %j", (option, encryption) => {
    const refusal = expect.objectContaining({
      code: "ERR_INVALID_OPTION",
      message: expect.stringMatching(new RegExp(`^cache\\.${option} (?!.*planted)`)),
    });
    expect(() => createSealer(encryption as "none")).toThrow(refusal);
  });
});

function encode(bytes: string | Buffer, form: string): string {
  return Buffer.from(bytes).toString(form as BufferEncoding);
}
