import { badForm, type FormFinding } from './protocol-fault.js';

type Place = readonly (string | number)[];
type Check = (value: unknown, place: Place) => FormFinding[];

const ROOT: Place = ['body', 'InferenceRequest'];

/**
 * Checks that `json` has the fields of a V2 infer request, each of its type. Throws ProtocolFault (422) with every finding,
 * worded as pydantic words it; fields that are not known are passed over.
 */
export function checkInferRequestForm(json: unknown): void {
  const findings = inferRequest(json, ROOT);
  if (findings.length === 0) return;
  // KServe takes JSON or bytes here, and says of both why they do not fit.
  const bytes = finding('bytes_type', ['body', 'bytes'], {
    msg: 'Input should be a valid bytes',
    input: json,
  });
  throw badForm([...findings, bytes]);
}

const text: Check = (value, place) =>
  typeof value === 'string'
    ? []
    : [finding('string_type', place, { msg: 'Input should be a valid string', input: value })];

const list =
  (item: Check): Check =>
  (value, place) =>
    Array.isArray(value)
      ? value.flatMap((one, n) => item(one, [...place, n]))
      : [finding('list_type', place, { msg: 'Input should be a valid list', input: value })];

/** A list whose items are looked at later, with the tensor's datatype and shape. */
const data: Check = (value, place) => (Array.isArray(value) ? [] : list(text)(value, place));

const size: Check = (value, place) => {
  if (!Number.isSafeInteger(value)) {
    return [finding('int_type', place, { msg: 'Input should be a valid integer', input: value })];
  }
  if ((value as number) >= 0) return [];
  const msg = 'Input should be greater than or equal to 0';
  return [finding('greater_than_equal', place, { msg, input: value })];
};

const optional =
  (check: Check): Check =>
  (value, place) =>
    value === undefined || value === null ? [] : check(value, place);

const fields =
  (required: Readonly<Record<string, Check>>, others: Readonly<Record<string, Check>> = {}): Check =>
  (value, place) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      const msg = 'Input should be a valid dictionary or object to extract fields from';
      return [finding('model_attributes_type', place, { msg, input: value })];
    }
    const record = value as Readonly<Record<string, unknown>>;
    return [
      ...Object.entries(others).flatMap(([name, check]) => optional(check)(record[name], [...place, name])),
      ...Object.entries(required).flatMap(([name, check]) =>
        record[name] === undefined
          ? [finding('missing', [...place, name], { msg: 'Field required', input: value })]
          : check(record[name], [...place, name]),
      ),
    ];
  };

const tensor = fields({ name: text, shape: list(size), datatype: text, data });
const inferRequest = fields({ inputs: list(tensor) }, { id: text, outputs: list(fields({ name: text })) });

function finding(
  type: string,
  loc: Place,
  { msg, input }: { readonly msg: string; readonly input: unknown },
): FormFinding {
  return { type, loc, msg, input };
}
