/** One finding about a request's form, as the KServe server (pydantic) words it. */
export interface FormFinding {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: unknown;
  readonly ctx?: Readonly<Record<string, unknown>>;
}

export type FaultBody = { readonly error: string } | { readonly detail: string | readonly FormFinding[] };

/**
 * What is answered instead of a result: status and body as the KServe Python server gives them, so that a client
 * can not tell the servers apart. `detail` is about the form of a request, `error` about everything else.
 */
export class ProtocolFault extends Error {
  readonly status: number;
  readonly body: FaultBody;

  constructor(status: number, body: FaultBody, cause?: unknown) {
    super(textOf(body), cause === undefined ? undefined : { cause });
    this.name = 'ProtocolFault';
    this.status = status;
    this.body = body;
  }
}

export const badRequest = (error: string): ProtocolFault => new ProtocolFault(400, { error });

/** A V2 request whose JSON is broken, or whose fields are missing or of the wrong type. */
export const badForm = (findings: readonly FormFinding[]): ProtocolFault =>
  new ProtocolFault(422, { detail: findings });

function textOf(body: FaultBody): string {
  if ('error' in body) return body.error;
  if (typeof body.detail === 'string') return body.detail;
  return body.detail.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; ');
}
