import { Ajv2020, type AnySchema, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import type { Schema, Schemas } from "./json-schema.ts";

/** Asks a validator of JSON Schema whether values are what a document allows. */
export interface ValueChecker {
  /**
   * @param isText - texts of a message, which are numbers and booleans where the schema says so
   * @returns undefined for a schema that the validator can't read
   */
  accepts(schema: Schema, value: unknown, isText: boolean): boolean | undefined;
}

/** A checker of a document's values; all of its schemas must have been translated by now. */
export function createChecker({ defs }: Schemas): ValueChecker {
  const create = (coerceTypes: boolean) => {
    const ajv = new Ajv2020({
      coerceTypes,
      strict: false,
      inlineRefs: false,
      unicodeRegExp: false,
      logger: false,
    });
    formats.default(ajv);
    return ajv.addSchema({ $id: "wire", $defs: defs }, undefined, false, false);
  };
  const validators = [createCompiler(create(false)), createCompiler(create(true))] as const;
  return {
    accepts(schema, value, isText) {
      const validate = validators[isText ? 1 : 0](schema);
      return validate === undefined ? undefined : validate({ value: structuredClone(value) });
    },
  };
}

/** Compiles each schema once; undefined where it can't be: real documents have schemas that no validator takes. */
function createCompiler(ajv: Ajv2020): (schema: Schema) => ValidateFunction | undefined {
  const compiled = new Map<Schema, ValidateFunction | undefined>();
  return (schema) => {
    if (!compiled.has(schema)) compiled.set(schema, attempt(ajv, schema));
    return compiled.get(schema);
  };
}

function attempt(ajv: Ajv2020, schema: Schema): ValidateFunction | undefined {
  // Coercion replaces values, and so needs an object that holds them.
  const wrapped: AnySchema = { type: "object", properties: { value: schema as AnySchema } };
  try {
    return ajv.compile(wrapped);
  } catch {
    return undefined;
  }
}
