import { describe, expect, test } from "vitest";
import { verifyOutput } from "../../generator/src/verify-output.ts";
import { generatorErrorOf } from "../support/documents.ts";

describe("verifyOutput", () => {
  test.each([
    [
      "a/client.ts",
      'import { C, type T, call } from "@openapi-m2m/runtime/codegen/v1"; import type { A } from "./schema.d.ts";',
    ],
    ["a/operations.ts", 'export const z: X = { a: ["b", { c: true }], ["__proto__"]: false };'],
    [
      "a/client.ts",
      "export class C extends B<T> { constructor(o: O) { super({}, o); } m(i: I): P { return this[call](t.m, i); } }",
    ],
    ["a/client.ts", "export class C extends B<T> { readonly a: AGroup = new AGroup(this); }"],
    ["a/index.ts", 'export * from "./client.js"; export type * from "./schema.js";'],
    ["index.ts", 'export { A, a } from "./a/index.ts"; export * from "./token-clients.ts";'],
    [
      "token-clients.ts",
      'import { f } from "@openapi-m2m/runtime/codegen/v1"; export type N = "a"; export const tokenClients: T<N> = bindTokenClients({});',
    ],
    ["a/schema.d.ts", "export interface paths { a: { b?: never } } type W<T> = T;"],
    ["a/schema.d.ts", 'import type { A } from "@openapi-m2m/runtime/codegen/v1"; export type B = A<1>;'],
    ["a/schema.ts", "export interface paths { a: { b?: never } } type W<T> = T;"],
    ["a/schema.d.ts", "/** {@link x} @type {() => } */ export interface paths {}"],
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
    ["client.ts", "export class C { readonly a: A = new Evil(); }"],
    ["client.ts", "export class C { readonly a: A = new AGroup(this, evil()); }"],
    ["client.ts", "export class C { readonly a: A = evil(); }"],
    ["client.ts", "export default 1;"],
    ["client.ts", "export const a = {"],
    ["client.ts", "export interface A {}"],
    ["client.ts", 'import "@openapi-m2m/runtime/codegen/v1";'],
    ["client.ts", 'import { x } from "evil";'],
    ["client.ts", 'import { x } from "../evil.js";'],
    ["client.ts", 'export * from "./schema.js";'],
    ["index.ts", 'export * from "evil";'],
    ["index.ts", "export const a = 1;"],
    ["token-clients.ts", "export class C {}"],
    ["elsewhere.ts", "export type A = 1;"],
    ["schema.d.ts", 'import { x } from "@openapi-m2m/runtime/codegen/v1";'],
    ["schema.d.ts", 'import type { x } from "evil";'],
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
