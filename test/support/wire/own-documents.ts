import { bodyDocument } from "./own-documents/bodies.ts";
import { parameterDocument } from "./own-documents/parameters.ts";
import { pathDocument } from "./own-documents/paths.ts";
import { responseDocument } from "./own-documents/responses.ts";
import { securityDocument } from "./own-documents/security.ts";
import { swaggerDocument } from "./own-documents/swagger.ts";
import { document32 } from "./own-documents/version-32.ts";

/** Documents in which every cell of OpenAPI's tables is there, by name. */
export const ownDocuments: Readonly<Record<string, object>> = {
  parameters: parameterDocument,
  paths: pathDocument,
  bodies: bodyDocument,
  responses: responseDocument,
  security: securityDocument,
  "swagger 2.0": swaggerDocument,
  "OpenAPI 3.2": document32,
};
