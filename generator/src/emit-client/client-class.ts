import {
  type ClassDeclarationStructure,
  type ConstructorDeclarationStructure,
  type MethodDeclarationStructure,
  type OptionalKind,
  StructureKind,
} from "ts-morph";
import { identifier, stringLiteral } from "../encode.ts";
import type { ApiModel, OperationModel } from "../model.ts";
import { classDoc, methodDoc } from "./docs.ts";
import { isInputOptional } from "./operation-types.ts";
import { printLiteral } from "./print-literal.ts";

/** The class; its type parameter names the token client that it is bound to. */
export function clientClass(model: ApiModel): ClassDeclarationStructure {
  return {
    kind: StructureKind.Class,
    isExported: true,
    name: identifier(model.className),
    docs: [classDoc(model)],
    typeParameters: [{ name: "Bound", constraint: "string", default: stringLiteral(model.tokenClient) }],
    extends: "ApiClient<paths>",
    ctors: [clientConstructor(model)],
    methods: model.operations.map((operation) => method(model, operation)),
  };
}

function clientConstructor(model: ApiModel): OptionalKind<ConstructorDeclarationStructure> {
  const { className, tokenClient, baseUrl } = model;
  const definition = printLiteral({ name: className, tokenClient, baseUrl }, 4, "super(, options);".length);
  const required = baseUrl === undefined ? " & RequiredBaseUrl" : "";
  return {
    parameters: [{ name: "options", type: `ApiClientOptions<Bound>${required}` }],
    statements: [`super(${definition}, options);`],
  };
}

function method(model: ApiModel, operation: OperationModel): OptionalKind<MethodDeclarationStructure> {
  const type = identifier(operation.inputType);
  const name = identifier(operation.name);
  return {
    name,
    docs: [methodDoc(operation)],
    parameters: [{ name: "input", type, hasQuestionToken: isInputOptional(operation) }],
    returnType: `Promise<${identifier(operation.resultType)}>`,
    statements: [`return this[call](${identifier(model.tableName)}.${name}, input);`],
  };
}
