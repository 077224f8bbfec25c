import { docComment } from "./doc-comment.ts";
import { asObject } from "./document.ts";
import { findBytes } from "./emit-schema/find-bytes.ts";
import { literalType } from "./emit-schema/literal-type.ts";
import { findNarrowings, type Narrowings, narrowSchema } from "./emit-schema/narrowings.ts";
import {
  bodyShape,
  componentOr,
  operationShape,
  pathShape,
  responseShape,
} from "./emit-schema/operation-shapes.ts";
import { printType, propertyText } from "./emit-schema/print-type.ts";
import { made, named, type Printable, type PropertyShape, unionOf } from "./emit-schema/printable.ts";
import { schemaDocs } from "./emit-schema/schema-docs.ts";
import { startPlace, type TypeContext } from "./emit-schema/schema-place.ts";
import { schemaType } from "./emit-schema/schema-type.ts";
import { commentLine, identifier } from "./encode.ts";
import type { ApiModel, LoadedSpec, OperationModel } from "./model.ts";
import { typeName } from "./names.ts";
import { operationSchemas } from "./operation-schemas.ts";

/**
 * Prints the types of a document: `paths`, `operations` and `components` in the form of openapi-typescript, and each
 * component schema by the name that the model gives it.
 *
 * The document is rewritten into what openapi-typescript prints right, and printed piece by piece: no tree of the whole
 * is ever in memory. Operations carry the keys that the model gives them, whatever their operationIds are.
 */
export function emitSchema({ document, operations }: LoadedSpec, model: ApiModel): string {
  const names = new Map(model.aliases.map(({ schema, name }) => [schema, name]));
  const schemas = asObject(asObject(document["components"])["schemas"]);
  const inOperations = operationSchemas(document, operations);
  const narrowings = findNarrowings(document, [
    ...Object.values(schemas),
    ...inOperations.map(({ schema }) => schema),
  ]);
  const context: TypeContext = { document, names, memberParts: memberParts(narrowings) };
  const sources = new Map(operations.map((source) => [source.pointer, source]));
  const entries = model.operations.flatMap(({ key: name, pointer }): PropertyShape[] => {
    const source = sources.get(pointer);
    return source === undefined ? [] : [{ name, type: operationShape(context, source) }];
  });
  const bytesIn = findBytes(document, inOperations);
  return [
    interfaceText("paths", pathProperties(model.operations)),
    interfaceText("operations", entries),
    interfaceText("components", componentProperties(context, names)),
    ...[...names].map(([schema, name]) => {
      const narrowing = narrowings.ofComponents.get(schema);
      const value = narrowing === undefined ? schemas[schema] : narrowSchema(schemas[schema], narrowing);
      const type = schemaType(context, value, startPlace(bytesIn(schema)));
      return aliasText(name, type, docsOf(schema, name, schemas[schema]));
    }),
  ].join("\n");
}

function memberParts({ ofMembers }: Narrowings): Map<string, Printable> {
  const parts = [...ofMembers].map(([name, { property, values }]): [string, Printable] => {
    const properties = [{ name: property, type: unionOf(values.map(literalType)) }];
    return [name, made({ kind: "object", properties })];
  });
  return new Map(parts);
}

function interfaceText(name: string, properties: readonly PropertyShape[]): string {
  const lines = properties.map((property) => propertyText(property, "  "));
  return `export interface ${identifier(name)} {\n${lines.join("")}}\n`;
}

function aliasText(name: string, type: Printable, docs: readonly string[]): string {
  const comment = docs.length === 0 ? "" : `${docComment(docs)}\n`;
  const text = printType(type);
  return `${comment}export type ${identifier(name)} =${text.startsWith("\n") ? "" : " "}${text};\n`;
}

/** They say what the document calls a schema where that can't be told from the type's name. */
function docsOf(schema: string, name: string, value: unknown): string[] {
  const docs = schemaDocs(value);
  if (typeName(schema) === name) return docs;
  return [`\`${commentLine(schema)}\` in the document.`, ...(docs.length > 0 ? ["", ...docs] : [])];
}

function pathProperties(operations: readonly OperationModel[]): PropertyShape[] {
  const byPath = Map.groupBy(operations, ({ pathTemplate }) => pathTemplate);
  return [...byPath].map(([name, atPath]) => ({ name, type: pathShape(atPath) }));
}

function componentProperties(context: TypeContext, names: ReadonlyMap<string, string>): PropertyShape[] {
  const { responses, requestBodies } = asObject(context.document["components"]);
  const schemas = [...names].map(([name, alias]) => ({ name, type: named(alias) }));
  const group = (values: unknown, shape: typeof responseShape) =>
    Object.entries(asObject(values)).map(([name, value]) => ({
      name,
      type: componentOr(context, value, shape),
    }));
  return [
    { name: "schemas", type: made({ kind: "object", properties: schemas }) },
    { name: "responses", type: made({ kind: "object", properties: group(responses, responseShape) }) },
    { name: "requestBodies", type: made({ kind: "object", properties: group(requestBodies, bodyShape) }) },
  ];
}
