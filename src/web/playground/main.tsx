import 'graphiql/setup-workers/vite';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import 'graphiql/style.css';
import { createRoot } from 'react-dom/client';
import { type Example, loadExamples } from './example.js';
import { examplesPlugin } from './examples-plugin.js';
import './playground.css';

/** Open as tabs at first; the others are in the pane of examples. */
const FIRST_TABS = ['Recommendations', 'RecordVotes', 'PopularPolls', 'Models', 'ModelRefreshed'];
const STORED_TABS = 'graphiql:tabState';

const socketScheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
const fetcher = createGraphiQLFetcher({
  url: '/graphql',
  subscriptionUrl: `${socketScheme}//${location.host}/graphql`,
});

const page = document.getElementById('playground');
if (page === null) throw new Error('The page has no place for the playground.');

const examples = await loadExamples().catch((): Example[] => []);
const tabs = FIRST_TABS.flatMap((name) => examples.find((example) => example.name === name) ?? []);

/** The example that the address names, with the user it names; else the first one, on the first visit. */
function initialExample(): Example | undefined {
  const asked = new URLSearchParams(location.search);
  const named = examples.find(({ name }) => name === asked.get('example'));
  if (named === undefined) return localStorage.getItem(STORED_TABS) === null ? tabs[0] : undefined;
  const userId = asked.get('user');
  if (userId === null) return named;
  const variables = { ...(JSON.parse(named.variables) as Record<string, unknown>), userId };
  return { ...named, variables: JSON.stringify(variables, null, 2) };
}

const initial = initialExample();
const opened = initial === undefined ? tabs : [initial, ...tabs.filter(({ name }) => name !== initial.name)];
const EXAMPLES_PLUGIN = examplesPlugin(examples);

createRoot(page).render(
  <GraphiQL
    fetcher={fetcher}
    defaultTabs={opened.map(({ query, variables }) => ({ query, variables }))}
    {...(initial === undefined ? {} : { initialQuery: initial.query, initialVariables: initial.variables })}
    defaultEditorToolsVisibility="variables"
    plugins={[EXAMPLES_PLUGIN, HISTORY_PLUGIN]}
  >
    <GraphiQL.Logo>
      <a className="home" href="/">
        Hunch
      </a>
    </GraphiQL.Logo>
  </GraphiQL>,
);
