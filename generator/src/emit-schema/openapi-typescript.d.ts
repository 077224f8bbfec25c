/** A module of its own, which brings no types; the index has them. */
declare module "openapi-typescript/dist/transform/schema-object.js" {
  export { transformSchemaObject as default } from "openapi-typescript";
}
