import type { EffectCounts, OperationAccess } from "../model.ts";

export function countEffects(operations: readonly OperationAccess[]): EffectCounts {
  const counts = { read: 0, change: 0, delete: 0 };
  for (const { effect } of operations) counts[effect] += 1;
  return counts;
}
