import { documentOf, fine, text } from "./document.ts";

function pathOf(...names: string[]) {
  const parameters = names.map((name) => ({ name, in: "path", required: true, schema: text }));
  return { get: { parameters, ...fine } };
}

/** Paths that are more than names between slashes. */
export const pathDocument = documentOf("3.0.4", {
  "/": pathOf(),
  "/trailing/": pathOf(),
  "/{name}:verb": pathOf("name"),
  "/{name}": pathOf("name"),
  "/files/{name}.{type}": pathOf("name", "type"),
  "/ranges/{from}..{to}": pathOf("from", "to"),
  "/Businesses({key})": pathOf("key"),
  "/Businesses(id='{id}',kind='{kind}')/parts": pathOf("id", "kind"),
  "/notes#a": pathOf(),
  "/notes/{id}#b": pathOf("id"),
  "/fixed?x-id=a%20b": pathOf(),
  "/spaces in/ünïcode 字/{id}": pathOf("id"),
  "/percent%20encoded/{id}": pathOf("id"),
  "/undeclared/{id}/{other}": pathOf("id"),
  "/+plus/~tilde/@at/$count": pathOf(),
  "/{user}/{id}": pathOf("user", "id"),
  "/twice/{id}/and/{id}": pathOf("id"),
});
