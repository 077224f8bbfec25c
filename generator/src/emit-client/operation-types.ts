import { identifier, stringLiteral } from "../encode.ts";
import type { ApiModel, BodyModel, OperationModel, ParameterModel, ResponseModel } from "../model.ts";
import { operationType, typeAlias, unionOf } from "./type-text.ts";

/** The types of a method's argument and of its result. */
export function operationTypes(model: ApiModel, operation: OperationModel): string[] {
  return [inputType(model, operation), resultType(operation)];
}

/** Whether a call needs nothing at all: the method's argument is optional then. */
export function isInputOptional(operation: OperationModel): boolean {
  return inputProperties(operation).every(({ isOptional }) => isOptional);
}

function inputType(model: ApiModel, operation: OperationModel): string {
  const options = operation.authorization.token
    ? `CallOptions<${identifier(model.scopeType)}>`
    : "PublicCallOptions";
  const properties = inputProperties(operation);
  if (properties.length === 0) return typeAlias(operation.inputType, [options]);
  const lines = properties.map(({ key, type, isOptional }) => `  ${key}${isOptional ? "?" : ""}: ${type};\n`);
  return `export interface ${identifier(operation.inputType)} extends ${options} {\n${lines.join("")}}`;
}

type InputProperty = { key: string; type: string; isOptional: boolean };

function inputProperties(operation: OperationModel): InputProperty[] {
  const { body } = operation;
  const path = operation.path.filter((part) => typeof part !== "string");
  return [
    ...parameterProperty(operation, "path", "path", path, true),
    ...parameterProperty(operation, "query", "query", operation.query),
    ...parameterProperty(operation, "headers", "header", operation.headers),
    ...parameterProperty(operation, "cookies", "cookie", operation.cookies),
    ...(body ? [bodyProperty(body, operation)] : []),
  ];
}

function bodyProperty({ content, required }: BodyModel, operation: OperationModel): InputProperty {
  const types = content.map(({ type }) => type);
  return { key: "body", type: unionOf(types, operation), isOptional: !required };
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

function resultType(operation: OperationModel): string {
  const members = operation.responses.flatMap((response) => resultMembers(response, operation));
  return typeAlias(operation.resultType, [...members, "Undeclared"]);
}

function resultMembers(response: ResponseModel, operation: OperationModel): string[] {
  const { status, outcome } = response;
  const name = /^\d+$/.test(status) ? status : stringLiteral(status);
  const declared = `${name}, ${unionOf(response.types, operation)}`;
  return [
    ...(outcome === "failure" ? [] : [`Success<${declared}>`]),
    ...(outcome === "success" ? [] : [`Failure<${declared}>`]),
  ];
}
