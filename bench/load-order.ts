import { z } from 'zod';

/** What the process that makes the load is told. */
export const loadOrder = z.object({
  url: z.string(),
  /** Bodies of POST requests, sent in turns. */
  bodies: z.array(z.string()).min(1),
  /** Text that every good answer holds. */
  expected: z.string(),
  /** With 1, the time of single requests is measured; with more, how many a second. */
  connections: z.number().int().positive(),
  seconds: z.number().positive(),
});
export type LoadOrder = z.infer<typeof loadOrder>;

/** What it says at the end. */
export const loadReport = z.object({
  perSecond: z.number(),
  medianMs: z.number().nullable(),
  requests: z.number(),
  /** Answers without the expected text, and requests without an answer. */
  unexpected: z.number(),
});
export type LoadReport = z.infer<typeof loadReport>;
