import type { PollId, UserId } from '../domain/ids.js';
import { metricTitle } from '../domain/metric-title.js';
import type { ModelMetric, ModelName } from '../domain/model.js';
import type { RecommendationSource } from '../domain/recommendation.js';
import type { Millis } from '../domain/time.js';
import { type Html, html } from '../platform/html.js';
import type { LiveCatalogueView } from '../recommend/live-catalogue.js';
import type { RecommendationEdge, RecommendationPage } from '../recommend/poll-lists.js';
import type { ModelState } from '../registry/model-operations.js';
import type { EntryPageData, ModelRow, UserList } from './entry-page-data.js';
import { writePage } from './page.js';

export interface EntryPageOptions {
  readonly catalogue: LiveCatalogueView;
  /** Whether there is a playground to link to. */
  readonly playground: boolean;
}

const MODEL_TITLES: Readonly<Record<ModelName, string>> = {
  PERSONALISATION: 'Personalisation',
  POPULAR: 'Popular',
};
const STATE_TONES: Readonly<Record<ModelState, string>> = {
  READY: 'good',
  LOADING: 'warn',
  DEGRADED: 'warn',
  MISSING: 'warn',
};
const SOURCE_TONES: Readonly<Record<RecommendationSource, string>> = {
  PERSONALISED: 'good',
  POPULAR: '',
  FALLBACK: 'warn',
};

/** The first page a newcomer sees: what this is, how the models do, and what one user is recommended. */
export function writeEntryPage(data: EntryPageData, { catalogue, playground }: EntryPageOptions): string {
  const shown = data.people?.shown ?? null;
  return writePage(
    'Hunch',
    html`<header class="bar">
<strong>Hunch</strong>
${playground ? html`<a href="/graphql">Playground</a>` : null}
<a href="#models">Models</a>
<a href="/metrics">Metrics</a>
</header>
<div class="lead">
<h1>Which poll does this person want to answer next?</h1>
<p>Hunch recommends polls. It learns from votes, asks its models for each user anew, and says for every poll why it is
there and for every answer where it came from. This instance knows ${count(data.polls)} polls.</p>
<div class="actions">${playground ? playgroundLinks(shown) : null}</div>
</div>
<main class="columns ${data.people === null ? '' : 'two'}">
${data.people === null ? null : people(data.people, catalogue)}
<div class="aside">${models(data.models)}${usage(shown)}</div>
</main>`,
  );
}

function playgroundLinks(shown: UserList | null): Html {
  const user = shown === null ? '' : `&user=${encodeURIComponent(shown.userId)}`;
  return html`<a class="button first" href="/graphql?example=Recommendations${user}">Open the playground</a>
<a class="button" href="/graphql?example=ModelRefreshed">Watch model refreshes</a>`;
}

function people({ shown, others }: NonNullable<EntryPageData['people']>, catalogue: LiveCatalogueView): Html {
  return html`<section class="sheet" aria-label="Recommendations">
<h2>Recommendations for ${shown === null ? 'a user' : html`<code>${shown.userId}</code>`}</h2>
<form method="get" action="/">
<input name="user" aria-label="User id" placeholder="User id" value="${shown?.userId ?? ''}" maxlength="256" autocomplete="off">
<button class="button">Show</button>
</form>
<p class="others">Try ${others.map(personLink)}${personLink('someone-new' as UserId)}</p>
${shown === null ? html`<p class="note">Nobody is known yet. Import votes, or record one.</p>` : list(shown, catalogue)}
</section>`;
}

const personLink = (id: UserId): Html => html`<a href="/?user=${encodeURIComponent(id)}">${id}</a> `;

function list(shown: UserList, catalogue: LiveCatalogueView): Html {
  if ('problem' in shown) return html`<p class="note">${shown.problem}</p>`;
  const { page } = shown;
  if (page.edges.length === 0)
    return html`${provenance(page)}<p class="note">There is no open poll to show.</p>`;
  return html`${provenance(page)}<ol>${page.edges.map((edge, index) => item(edge, index + 1, catalogue))}</ol>`;
}

function provenance(page: RecommendationPage): Html {
  return html`<p class="facts">
<span class="tag ${SOURCE_TONES[page.source]}">${page.source}</span>
${page.fallbackReason === null ? null : html`<span class="tag">${page.fallbackReason}</span>`}
${page.model === null ? null : html`<span>${MODEL_TITLES[page.model.name]} <code>${page.model.version}</code></span>`}
</p>`;
}

function item(edge: RecommendationEdge, rank: number, catalogue: LiveCatalogueView): Html {
  const poll = catalogue.poll(edge.pollId);
  const votes = catalogue.stats(edge.pollId).votes;
  const facts = [
    ...(poll?.topics ?? []),
    poll?.language ?? null,
    `${count(votes)} ${votes === 1 ? 'vote' : 'votes'}`,
  ];
  return html`<li><span class="rank">${rank}</span><div>
<div class="question">${questionOf(edge.pollId, poll?.question)}</div>
<div class="why">${edge.reason.text}</div>
<div class="meta">${facts.filter((fact) => fact !== null).join(' · ')}</div>
</div></li>`;
}

const questionOf = (id: PollId, question: string | undefined): string =>
  question || `Poll ${id} (without a text)`;

function models(rows: readonly ModelRow[]): Html {
  return html`<section class="sheet" id="models"><h2>Models</h2>${rows.map(model)}</section>`;
}

function model({ name, status }: ModelRow): Html {
  const heading = (tone: string, state: string): Html =>
    html`<h3>${MODEL_TITLES[name]} <span class="tag ${tone}">${state}</span></h3>`;
  if (status === null) {
    return html`<div class="model">${heading('warn', 'UNKNOWN')}<p class="note">Its state could not be read.</p></div>`;
  }
  const row = (label: string, value: string | Html | null): Html | null =>
    value === null ? null : html`<tr><th scope="row">${label}</th><td>${value}</td></tr>`;
  return html`<div class="model">${heading(STATE_TONES[status.state], status.state)}
<div class="scroll"><table>
${row('Version', status.version === null ? null : html`<code>${status.version}</code>`)}
${row('Trained', when(status.trainedAt))}
${row('Votes up to', when(status.dataThrough))}
${row('Next run', when(status.nextRunAt))}
${row('Replicas ready', `${status.replicas.filter(({ ready }) => ready).length} of ${status.replicas.length}`)}
${metricRows(status.metrics).map(({ title, text }) => row(title, text))}
</table></div></div>`;
}

/** A metric and its standard error, which is called as the metric with `Error` after it, are one row. */
function metricRows(metrics: readonly ModelMetric[]): { readonly title: string; readonly text: string }[] {
  const values = new Map(metrics.map(({ name, value }) => [name, value]));
  return metrics.flatMap(({ name, value }) => {
    if (name.endsWith('Error') && values.has(name.slice(0, -'Error'.length))) return [];
    const error = values.get(`${name}Error`);
    const text = error === undefined ? figure(value) : `${figure(value)} ± ${Number(error.toPrecision(2))}`;
    return [{ title: metricTitle(name), text }];
  });
}

function usage(shown: UserList | null): Html {
  const user = JSON.stringify(shown?.userId ?? 'someone-new');
  const query = `{
  recommendations(userId: ${user}) {
    source
    edges {
      node { id question }
      reason { text }
    }
  }
}`;
  return html`<section class="sheet"><h2>Ask it</h2>
<pre>${query}</pre>
<p class="note">By POST to <code>/graphql</code>, or over a WebSocket there (<code>graphql-transport-ws</code>). Every poll
comes with its reason; <code>source</code> tells whether the list is personal.</p></section>`;
}

const count = (value: number): string => value.toLocaleString('en');

/** Four digits that count: enough to compare two versions. */
const figure = (value: number): string =>
  Math.abs(value) >= 1_000 ? count(Math.round(value)) : String(Number(value.toPrecision(4)));

const when = (at: Millis | null): string | null =>
  at === null ? null : `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
