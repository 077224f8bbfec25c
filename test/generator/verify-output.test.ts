import { describe, expect, test } from "vitest";
import { verifyOutput } from "../../generator/src/verify-output.ts";
import { generatorErrorOf } from "../support/documents.ts";

describe("verifyOutput", () => {
  test.each([
    [
      "client.ts",
      'import { a } from "b"; export type X = 1; export interface Y {} export const z = { a: ["b"] } satisfies X;',
    ],
    [
      "client.ts",
      "export class C extends B<T> { constructor(o: O) { super({}, o); } m() { return this[call](t.m, i); } }",
    ],
    ["token-clients.ts", "export const tokenClients = bindTokenClients({});"],
    ["schema.d.ts", "export interface paths { a: { b?: never } } type W<T> = T;"],
    ["api/schema.ts", "export interface paths { a: { b?: never } } type W<T> = T;"],
  ])("lets %s pass with what the emitters write: %s", (path, content) => {
    expect(() => verifyOutput([{ path, content }])).not.toThrow();
  });

  test.each([
    ["client.ts", "evil();"],
    ["client.ts", "export const a = evil();"],
    ["client.ts", "export const a = { get b() { return 1; } };"],
    ["client.ts", "export const a = `$" + "{evil()}`;"],
    ["client.ts", "export const a = { [evil()]: 1 };"],
    ["client.ts", "export class C { m() { evil(); } }"],
    ["client.ts", "export class C { static { evil(); } }"],
    ["client.ts", "export class C extends evil() {}"],
    ["client.ts", "export class C { @evil() m() {} }"],
    ["client.ts", "export class C { m(a = evil()) {} }"],
    ["client.ts", "export const a = () => 1;"],
    ["client.ts", "export enum E { A = evil() }"],
    ["client.ts", "export default 1;"],
    ["client.ts", "export const a = {"],
    ["schema.d.ts", "export const a: string;"],
    ["schema.d.ts", "declare module 'fs' {}"],
    ["schema.d.ts", 'import "evil";'],
    ["api/schema.ts", "export const a = 1;"],
    ["api/schema.ts", "export class C {}"],
    ["api/schema.ts", "export enum E {}"],
    ["api/schema.ts", 'import "evil";'],
    ["api/schema.ts", 'export * from "evil";'],
  ])("is ERR_OUTPUT_UNSAFE for %s with %s", async (path, content) => {
    expect((await generatorErrorOf(() => verifyOutput([{ path, content }]))).code).toBe("ERR_OUTPUT_UNSAFE");
  });
});
