import type { JsonObject } from "../document.ts";
import { splitFamilies } from "./split-inheritance/split-families.ts";
import { splitUnions } from "./split-inheritance/split-unions.ts";

/**
 * Makes types of the inheritance that documents write, as which they would be circles: a pet is a cat or a dog, and a
 * cat is what all pets are and more. `Pet` becomes or stays the union; what all pets have in common becomes `PetBase`,
 * and that is what cats extend.
 */
export function splitInheritance(schemas: JsonObject): JsonObject {
  return splitUnions(splitFamilies(schemas));
}
