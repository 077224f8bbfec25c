import { findProgram } from "./find-program.ts";

/** The browser that tests start. Undefined where none is installed. */
export const browserProgram = findProgram("chromium", "chromium-browser", "google-chrome");
