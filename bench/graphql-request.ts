import type { z } from 'zod';

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string }[];
}

export interface Operation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Sends one operation, and gives its data as `shape` reads it. Rejects where the answer has errors or another shape. */
export async function ask<T>(url: string, operation: Operation, shape: z.ZodType<T>): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(operation),
  });
  const { data, errors = [] } = (await response.json()) as Answer;
  if (errors.length > 0) throw new Error(`${url}: ${errors.map((error) => error.message).join('; ')}`);
  return shape.parse(data);
}
