import { describe } from "vitest";
import { browserProgram } from "./browser-program.ts";

/** A `describe` of what is seen in a browser. Without one, the whole run ends with a line that says so. */
export const describeInBrowser = describe.skipIf(browserProgram === undefined);
