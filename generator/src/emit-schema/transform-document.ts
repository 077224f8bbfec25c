import {
  type GlobalContext,
  type OpenAPI3,
  resolveRef,
  scanDiscriminators,
  transformSchema,
} from "openapi-typescript";
import ts from "typescript";
import { asArray, isObject, type JsonObject } from "../document.ts";

const BLOB = ts.factory.createTypeReferenceNode("Blob");
const NULL = ts.factory.createLiteralTypeNode(ts.factory.createNull());

/**
 * What `openapiTS()` does, without its linting and bundling, which take most of its time: the document is
 * in one piece and its references are sound.
 *
 * `enum`, `rootTypes` and their kind stay off: they print text of the document as code.
 */
export function transformDocument(document: JsonObject): ts.Node[] {
  const schema = document as unknown as OpenAPI3;
  const context: Omit<GlobalContext, "redoc"> = {
    additionalProperties: false,
    alphabetize: false,
    arrayLength: false,
    defaultNonNullable: false,
    emptyObjectsUnknown: true,
    enum: false,
    enumValues: false,
    conditionalEnums: false,
    dedupeEnums: false,
    excludeDeprecated: false,
    exportType: false,
    immutable: false,
    pathParamsAsTypes: false,
    propertiesRequiredByDefault: false,
    rootTypes: false,
    rootTypesNoSchemaPrefix: false,
    rootTypesKeepCasing: false,
    silent: true,
    makePathsEnum: false,
    generatePathParams: false,
    readWriteMarkers: false,
    injectFooter: [],
    postTransform: undefined,
    transformProperty: undefined,
    discriminators: scanDiscriminators(schema, { silent: true }),
    transform: binaryAsBlob,
    resolve: (ref) => resolveRef(schema, ref, { silent: true }),
  };
  // `redoc` configures the linting and bundling that are left out.
  return transformSchema(schema, context as GlobalContext);
}

/** Bytes within a JSON or form value can only be parts of a multipart body. */
function binaryAsBlob(schema: unknown): ts.TypeNode | undefined {
  if (!isObject(schema) || !isBinary(schema)) return undefined;
  const { type, nullable } = schema;
  const isNullable = nullable === true || asArray(type).includes("null");
  return isNullable ? ts.factory.createUnionTypeNode([BLOB, NULL]) : BLOB;
}

/** OpenAPI 3.0 says it by the format; since 3.1, by a media type that no text has, or by the lack of an encoding. */
function isBinary({ type, format, contentMediaType, contentEncoding }: JsonObject): boolean {
  const types = asArray(type)
    .concat(type ?? [])
    .filter((name) => name !== "null");
  if (types.some((name) => name !== "string")) return false;
  if (types.length > 0 && format === "binary") return true;
  if (typeof contentEncoding === "string") return /^(binary|8bit)$/i.test(contentEncoding);
  return typeof contentMediaType === "string" && BINARY_MEDIA.test(contentMediaType);
}

const BINARY_MEDIA = /^(image\/(?!svg)|audio\/|video\/|application\/(octet-stream|pdf|zip|gzip)$)/i;
