/**
 * Who may import whom; docs/architecture.md tells it in words. `tests/architecture/layers.test.ts` plants a violation of
 * each rule and sees it caught, and sees that the modules are found at all.
 */

/** The files that the services may see of a datasource: what the outside world promises, never who keeps the promise. */
const PORTS =
  '^src/datasources/(features/feature-store|warehouse/warehouse|catalogue/catalogue-store|search/poll-search|neighbours/poll-neighbours|inference/model-client|model-store/model-store|outbox/(outbox|rejected-records)|answer-log/answer-log|runs/(run-store|flow-run)|leases/lease-store)\\.ts$';
const SERVICES = '^src/(recommend|events|models|registry|intake|samples)/';
/** Tests and contract suites beside the source may build whatever they test against. */
const TESTS = '(\\.(test|contract)\\.ts$|^tests/)';
const PACKAGES = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-bundled', 'npm-no-pkg', 'npm-unknown'];

/** A package and the one place it is used from, so that its quirks stay in one place and it can be replaced there. */
const HOMES = [
  ['@elastic/elasticsearch', '^src/(datasources|platform/elasticsearch)/'],
  ['@google-cloud/bigquery', '^src/datasources/warehouse/'],
  ['@duckdb/node-api', '^src/(datasources/warehouse/|intake/parquet-rows\\.ts$)'],
  ['lmdb', '^src/(datasources/|platform/lmdb-environment\\.ts$)'],
  ['minisearch', '^src/datasources/search/'],
  ['undici', '^src/(datasources|platform)/'],
  ['onnxruntime-node', '^src/predictor/'],
  ['onnx-proto', '^src/models/'],
  ['echarts', '^src/reports/plots/'],
  ['csv-parse', '^src/intake/'],
  ['@apollo/server', '^src/resolvers/'],
  ['@as-integrations/fastify', '^src/resolvers/'],
  ['type-graphql', '^src/resolvers/'],
  ['graphql-request', '^src/client/'],
  ['graphql-ws', '^src/(resolvers|client)/'],
  ['ws', '^src/resolvers/'],
  ['node-cron', '^(jobs/runner/|src/platform/cron\\.ts$)'],
  ['commander', '^src/cli/'],
  ['jose', '^src/(resolvers|platform)/'],
  ['prom-client', '^src/(platform|predictor|resolvers|cli)/'],
];

const homeRules = HOMES.map(([name, home]) => ({
  name: `${name.replace('@', '').replace('/', '-')}-stays-home`,
  comment: `${name} is used outside the place that wraps it. Ask that place for what you need, through a port.`,
  severity: 'error',
  from: { path: '^(src|jobs)/', pathNot: [home, TESTS] },
  to: { dependencyTypes: PACKAGES, path: `^(node_modules/)?${name}(/|$)` },
}));

module.exports = {
  forbidden: [
    {
      name: 'domain-imports-nothing',
      comment:
        'The vocabulary depends on something. What it needs must be handed in, or does not belong there.',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: TESTS },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'pure-rooms-do-no-io',
      comment:
        'Choosing and learning must give the same for the same input: clock, randomness, files and network come in through ports.',
      severity: 'error',
      from: { path: '^src/(recommend|models|samples)/', pathNot: TESTS },
      to: {
        dependencyTypes: ['core', ...PACKAGES],
        pathNot: '^(node:)?(crypto|util|events|assert)$|^(node_modules/)?(zod|dataloader|onnx-proto)(/|$)',
      },
    },
    {
      name: 'services-see-ports-only',
      comment: 'A service knows a backend. Take the port as a parameter; src/cli/wiring chooses the backend.',
      severity: 'error',
      from: {
        path: [SERVICES, '^jobs/', '^src/(resolvers|web|predictor|open-inference|platform)/'],
        pathNot: TESTS,
      },
      to: { path: '^src/datasources/', pathNot: PORTS },
    },
    {
      name: 'services-stay-below-the-edges',
      comment: 'A rule of the service depends on how it is asked. Move the shared part down, or hand it in.',
      severity: 'error',
      from: { path: SERVICES, pathNot: TESTS },
      to: {
        path: '^(src/(resolvers|web|reports|cli|predictor|platform|open-inference)/|jobs/|bench/)',
        // Reading a schedule is arithmetic; it lies there because node-cron does it.
        pathNot: '^src/platform/cron\\.ts$',
      },
    },
    {
      name: 'services-stay-apart',
      comment: 'Two services know each other. They meet in the domain, or where the edges put them together.',
      severity: 'error',
      from: { path: '^src/(recommend|events|models|registry|intake|samples)/', pathNot: TESTS },
      to: { path: SERVICES, pathNot: '^src/$1/' },
    },
    {
      name: 'edges-hold-no-rules',
      comment:
        'The GraphQL edge and the web pages map what services give; they neither train, serve models nor run jobs.',
      severity: 'error',
      from: { path: '^src/(resolvers|web)/', pathNot: TESTS },
      to: { path: '^(src/(models|predictor|intake|samples|reports)/|jobs/|bench/)' },
    },
    {
      name: 'reports-show-what-was-measured',
      comment:
        'A report shows the figures it is given: it neither measures nor fetches. Measure in src/models/evaluation and hand the result in.',
      severity: 'error',
      from: { path: '^src/reports/', pathNot: TESTS },
      to: {
        path: '^(src|jobs|bench)/',
        pathNot: ['^src/(domain|reports|models/evaluation)/', '^src/platform/html\\.ts$'],
      },
    },
    {
      name: 'ports-see-domain-only',
      comment:
        'A port promises in words of the domain; otherwise each of its backends drags that dependency along.',
      severity: 'error',
      from: { path: PORTS },
      to: { pathNot: ['^src/domain/', '^(node_modules/)?zod(/|$)', PORTS] },
    },
    {
      name: 'backends-know-their-port',
      comment:
        'A backend holds policy of a service, or leans on another backend. It sees the domain, its port, the protocol, the platform.',
      severity: 'error',
      from: { path: '^src/datasources/([^/]+)/', pathNot: TESTS },
      to: {
        path: '^(src|jobs|bench)/',
        pathNot: ['^src/(domain|open-inference|platform)/', '^src/datasources/$1/', PORTS],
      },
    },
    {
      name: 'predictor-stands-alone',
      comment:
        'The predictor must serve any ONNX file of the signature; it knows neither how models are made nor who asks.',
      severity: 'error',
      from: { path: '^src/predictor/', pathNot: TESTS },
      to: { path: '^(src|jobs|bench)/', pathNot: '^src/(domain|open-inference|platform|predictor)/' },
    },
    {
      name: 'client-stands-alone',
      comment:
        'The typed client is for programs elsewhere: it knows the schema, and nothing of how it is answered.',
      severity: 'error',
      from: { path: '^src/client/', pathNot: TESTS },
      to: { path: '^(src|jobs|bench)/', pathNot: '^src/client/' },
    },
    {
      name: 'technical-rooms-know-no-business',
      comment:
        'The protocol and the platform are shared by all; a dependency upwards makes a knot of the house.',
      severity: 'error',
      from: { path: '^src/(open-inference|platform)/', pathNot: TESTS },
      to: { path: '^(src|jobs|bench)/', pathNot: '^src/(domain|$1)/' },
    },
    {
      name: 'jobs-see-services',
      comment: 'A step depends on the edge. What a job needs of it (a session, say) is handed to the step.',
      severity: 'error',
      from: { path: '^jobs/', pathNot: TESTS },
      to: { path: '^(src/(resolvers|web|cli|predictor|recommend|events)/|bench/)' },
    },
    {
      name: 'nothing-imports-the-command-line',
      comment: 'The command line puts everything together; whoever imports it can not be used without it.',
      severity: 'error',
      from: { path: '^(src|jobs|bench)/', pathNot: ['^src/cli/', TESTS] },
      to: { path: '^src/cli/' },
    },
    {
      name: 'benchmarks-watch-from-outside',
      comment: 'Only the command line starts benchmarks; the service must not lean on them.',
      severity: 'error',
      from: { path: '^(src|jobs)/', pathNot: ['^src/cli/commands/bench\\.ts$', TESTS] },
      to: { path: '^bench/' },
    },
    {
      name: 'no-test-code-in-production',
      comment: 'What is shipped imports a test, a contract suite or test support.',
      severity: 'error',
      from: { path: '^(src|jobs|bench)/', pathNot: TESTS },
      to: { path: TESTS },
    },
    {
      name: 'no-circular',
      comment: 'Modules that import each other in a ring can not be understood, loaded or tested one by one.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A module that nothing imports and that imports nothing: forgotten, or not wired in.',
      severity: 'error',
      from: {
        orphan: true,
        path: '^(src|jobs|bench)/',
        pathNot: ['\\.d\\.ts$', '^src/web/playground/', TESTS],
      },
      to: {},
    },
    {
      name: 'not-to-dev-dep',
      comment: 'Shipped code needs a package that is installed for developers only: move it to dependencies.',
      severity: 'error',
      from: { path: '^(src|jobs)/', pathNot: [TESTS, '^src/web/playground/'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'npm-no-pkg',
      comment: 'A package that package.json does not name: it is there by luck of another package.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'not-to-unresolvable',
      comment: 'The import leads nowhere: a spelling mistake, or a package that is not installed.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    ...homeRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The parser takes JSX for a type assertion; these files are the page of the playground, which Vite checks and builds.
    exclude: { path: '(^dist/|\\.tsx$)' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
