import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import type { ReactElement } from 'react';
import type { Example } from './example.js';

const ExamplesIcon = (): ReactElement => (
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
    <path d="M5 4h14M5 9h9M5 14h14M5 19h6" />
  </svg>
);

/** A pane with every example; a click opens it in a tab of its own. */
export function examplesPlugin(examples: readonly Example[]): GraphiQLPlugin {
  const Examples = (): ReactElement => {
    const { addTab } = useGraphiQLActions();
    const queryEditor = useGraphiQL((state) => state.queryEditor);
    const variableEditor = useGraphiQL((state) => state.variableEditor);
    const open = ({ query, variables }: Example): void => {
      addTab();
      // The new tab empties the editors; the example goes in after that.
      queueMicrotask(() => {
        queryEditor?.setValue(query);
        variableEditor?.setValue(variables);
      });
    };
    return (
      <section className="examples" aria-label="Examples">
        <h2>Examples</h2>
        <ul>
          {examples.map((example) => (
            <li key={example.name}>
              <button type="button" className="graphiql-un-styled" onClick={() => open(example)}>
                <strong>{example.name}</strong>
                <span>{sentenceOf(example)}</span>
              </button>
            </li>
          ))}
        </ul>
      </section>
    );
  };
  return { title: 'Examples', icon: ExamplesIcon, content: Examples };
}

/** The comment at the head of the operation. */
const sentenceOf = ({ query }: Example): string => /^# (.*)$/m.exec(query)?.[1] ?? '';
