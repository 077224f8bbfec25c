import { identifier, stringLiteral } from "../encode.ts";
import type {
  ApiModel,
  BodyModel,
  OperationModel,
  ParameterModel,
  ResponseModel,
  TypeModel,
} from "../model.ts";
import { RuntimeNames } from "./imports.ts";
import { operationType, typeAlias, unionOf } from "./type-text.ts";

/** The types of a method's argument and of its results. */
export function operationTypes(model: ApiModel, operation: OperationModel, names: RuntimeNames): string {
  const input = inputType(model, operation, names);
  const types = [input, ...resultTypes(operation, names)];
  const isApart = types.some((type) => type.includes("\n"));
  return `${types.join(isApart ? "\n\n" : "\n")}\n`;
}

/** Whether a call needs nothing at all: the method's argument is optional then. */
export function isInputOptional(operation: OperationModel): boolean {
  // Nothing of it is printed: what it uses is not used.
  return inputProperties(operation, new RuntimeNames()).every(({ isOptional }) => isOptional);
}

function inputType(model: ApiModel, operation: OperationModel, names: RuntimeNames): string {
  const options = operation.authorization.token
    ? `${names.use("CallOptions")}<${identifier(model.scopeType)}>`
    : names.use("PublicCallOptions");
  const properties = inputProperties(operation, names);
  if (properties.length === 0) return typeAlias(operation.inputType, [options]);
  const lines = properties.map(({ key, type, isOptional }) => `  ${key}${isOptional ? "?" : ""}: ${type};\n`);
  return `export interface ${identifier(operation.inputType)} extends ${options} {\n${lines.join("")}}`;
}

type InputProperty = { key: string; type: string; isOptional: boolean };

function inputProperties(operation: OperationModel, names: RuntimeNames): InputProperty[] {
  const { body } = operation;
  const path = operation.path.filter((part) => typeof part !== "string");
  return [
    ...parameterProperty(operation, "path", "path", path, true),
    ...parameterProperty(operation, "query", "query", operation.query),
    ...parameterProperty(operation, "headers", "header", operation.headers),
    ...parameterProperty(operation, "cookies", "cookie", operation.cookies),
    ...(body ? [bodyProperty(body, operation, names)] : []),
  ];
}

function bodyProperty(
  { content, required }: BodyModel,
  operation: OperationModel,
  names: RuntimeNames,
): InputProperty {
  const types = content.map(({ type }) => type);
  return { key: "body", type: unionOf(types, operation, names), isOptional: !required };
}

function parameterProperty(
  operation: OperationModel,
  key: string,
  location: string,
  parameters: readonly ParameterModel[],
  isRequired = parameters.some(({ required }) => required),
): InputProperty[] {
  if (parameters.length === 0) return [];
  const type = `${operationType(operation)}["parameters"][${stringLiteral(location)}]`;
  // The group is optional in the document's types too, and then its type there includes undefined.
  return [{ key, type: isRequired ? type : `NonNullable<${type}>`, isOptional: !isRequired }];
}

function resultTypes(operation: OperationModel, names: RuntimeNames): string[] {
  const { resultType, streamedType } = operation;
  const result = resultAlias(resultType, ({ dataTypes }) => dataTypes, operation, names);
  if (streamedType === undefined) return [result];
  return [result, resultAlias(streamedType, ({ streamTypes }) => streamTypes, operation, names)];
}

function resultAlias(
  alias: string,
  dataOf: (response: ResponseModel) => readonly TypeModel[],
  operation: OperationModel,
  names: RuntimeNames,
): string {
  const members = operation.responses.flatMap((response) => {
    const { status, outcome, errorTypes } = response;
    const name = /^\d+$/.test(status) ? status : stringLiteral(status);
    const member = (runtimeType: "Success" | "Failure", types: readonly TypeModel[]) =>
      `${names.use(runtimeType)}<${name}, ${unionOf(types, operation, names)}>`;
    return [
      ...(outcome === "failure" ? [] : [member("Success", dataOf(response))]),
      ...(outcome === "success" ? [] : [member("Failure", errorTypes)]),
    ];
  });
  return typeAlias(alias, [...members, names.use("Undeclared")]);
}
