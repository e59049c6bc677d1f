import type { EvaluationDocument } from '../../models/evaluation/evaluation-document.js';

/** The document as JSON: figures to be read one a line, the long columns of single users one a line. */
export function documentJson({ users, ...figures }: EvaluationDocument): string {
  const columns = [
    `"ids": ${JSON.stringify(users.ids)}`,
    `"groups": ${JSON.stringify(users.groups)}`,
    `"metrics": {${Object.entries(users.metrics)
      .map(([name, values]) => `\n      ${JSON.stringify(name)}: ${JSON.stringify(values)}`)
      .join(',')}\n    }`,
  ];
  const open = JSON.stringify(figures, null, 2).slice(0, -'\n}'.length);
  return `${open},\n  "users": {\n    ${columns.join(',\n    ')}\n  }\n}`;
}
