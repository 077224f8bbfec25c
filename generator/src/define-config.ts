import type { UserConfig } from "./model.ts";

/**
 * Types a token client mapping: a client of an undeclared token client does not compile.
 *
 * @returns the mapping as it was given; it is validated when the generator loads it
 */
export function defineConfig<const TokenClientName extends string>(
  config: UserConfig<TokenClientName>,
): UserConfig<TokenClientName> {
  return config;
}
