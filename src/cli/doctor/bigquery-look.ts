import type { BigQuerySettings } from '../../datasources/warehouse/bigquery-connection.js';
import { type DatasetFault, describeBigQuery } from '../../datasources/warehouse/describe-bigquery.js';
import type { Finding, Look } from './check.js';

/** Looks at the dataset that keeps votes and polls, without changing it. `keepsEvents`: our own events go into it, too. */
export async function lookAtBigQuery(
  settings: BigQuerySettings,
  { keepsEvents }: { readonly keepsEvents: boolean },
): Promise<Look> {
  const { project, dataset, endpoint } = settings;
  const { location, latencyMs, own, ownFaults, app, appFaults } = await describeBigQuery(settings);
  const rows = Object.entries(own).map(([table, count]) => `${table} ${count}`);
  return {
    detail:
      `${endpoint ?? 'BigQuery'} ${project}/${dataset} in ${location || 'an unknown location'}; ` +
      `rows: ${rows.join(', ') || 'none'}; reads ${app.join(', ') || 'no table of the app'}`,
    latencyMs,
    findings: [...ownFaults.map(ownFinding), ...appFaults.map((fault) => appFinding(fault, keepsEvents))],
  };
}

const ownFinding = ({ table }: DatasetFault): Finding => ({
  what: `There is no table ${table} yet.`,
  remedy: `The next start of the service or flow makes it; where it may not, run deploy/bigquery/${table}.sql.`,
  isFault: false,
});

function appFinding({ table, reason }: DatasetFault, keepsEvents: boolean): Finding {
  if (reason !== null) return { what: reason, remedy: '', isFault: true };
  const what = `There is no table or view ${table} of the app.`;
  const views = 'docs/bigquery.md tells how to map tables of other names by a view.';
  if (table === 'votes' && !keepsEvents) {
    const remedy = `EVENT_SINK=none keeps our own votes out, so that no flow would see any. ${views}`;
    return { what, remedy, isFault: true };
  }
  return {
    what,
    remedy: `It is not needed where the API takes in what would be in it. ${views}`,
    isFault: false,
  };
}
