import { Buffer, isUtf8 } from 'node:buffer';

/** Where and why a text is no JSON. `reason` is worded as Python's parser does, which KServe's answers quote. */
export class JsonFault extends Error {
  readonly position: number;
  readonly reason: string;

  constructor(position: number, reason: string, cause?: unknown) {
    super(`${reason}: line 1 column ${position + 1} (char ${position})`, { cause });
    this.name = 'JsonFault';
    this.position = position;
    this.reason = reason;
  }
}

/** What V8 says, and what Python says for the same fault. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /Expected property name|Expected double-quoted property name/,
    'Expecting property name enclosed in double quotes',
  ],
  [/Expected ',' or/, "Expecting ',' delimiter"],
  [/Expected ':'/, "Expecting ':' delimiter"],
  [/Unterminated string/, 'Unterminated string starting at'],
  [/control character/, 'Invalid control character at'],
  [/escape/, 'Invalid \\escape'],
  [/after JSON/, 'Extra data'],
];

/** Parses UTF-8 JSON; throws JsonFault. Broken UTF-8 is a fault, not a replacement character. */
export function parseJsonText(body: Uint8Array): unknown {
  if (!isUtf8(body)) throw new JsonFault(0, 'Expecting UTF-8');
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const at = /position (\d+)/.exec(message)?.[1];
    const position = at === undefined ? (/end of JSON/.test(message) ? body.length : 0) : Number(at);
    const reason = REASONS.find(([pattern]) => pattern.test(message))?.[1] ?? 'Expecting value';
    throw new JsonFault(position, reason, error);
  }
}
