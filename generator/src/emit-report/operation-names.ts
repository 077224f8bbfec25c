import type { Effect, FindingKind, Guard, OperationAccess } from "../model.ts";

export const EFFECTS: readonly { readonly effect: Effect; readonly plural: string }[] = [
  { effect: "read", plural: "Reads" },
  { effect: "change", plural: "Changes" },
  { effect: "delete", plural: "Deletes" },
];

/** What operations can be filtered by, besides names. */
export const FINDING_NAMES: Readonly<Partial<Record<FindingKind, string>>> = {
  "undeclared-security": "No security declared",
  public: "Anybody may call",
  optional: "Token optional",
  "any-token": "Any token will do",
  "without-token": "Other credentials than tokens",
  "other-token-client": "Other token clients could call",
  deprecated: "Deprecated",
};

/** What stands where an operation needs no scope. */
export function guardName({ guard, isOptional }: OperationAccess): string | undefined {
  return isOptional ? "Token optional" : GUARD_NAMES[guard];
}

const GUARD_NAMES: Readonly<Partial<Record<Guard, string>>> = {
  token: "Any token",
  none: "Nothing: anybody",
  undeclared: "Not declared",
  unsendable: "What can't be sent",
};

/** The method of a client: `invoices.list` of `InvoiceClient.invoices.list`. */
export function methodOf({ id }: OperationAccess): string {
  return id.slice(id.indexOf(".") + 1);
}
