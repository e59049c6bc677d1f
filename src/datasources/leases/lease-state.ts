import { z } from 'zod';

const leaseState = z.object({
  owner: z.string(),
  host: z.string(),
  pid: z.number().int(),
  place: z.string(),
  started: z.string(),
  acquiredAt: z.number(),
  expiresAt: z.number(),
  released: z.boolean(),
});

/** What a lease's document says. */
export type LeaseState = Readonly<z.infer<typeof leaseState>>;

/** Null for a text that is no lease. Documents are linked whole, so only a loss of power leaves such a one. */
export function parseLeaseState(text: string): LeaseState | null {
  try {
    return leaseState.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
