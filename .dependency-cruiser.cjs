// The house rule for TypeScript: a folder uses only folders below it (docs/architecture.md). No arrow upward, no circle.
'use strict';

const floors = ['experiments', 'dashboards', 'collector', 'native', 'engine', 'bpf'];

const upward = floors.slice(1).map((floor, index) => ({
  name: `${floor}-looks-up`,
  severity: 'error',
  comment: `${floor}/ may use only the folders below it`,
  from: { path: `^${floor}/` },
  to: { path: `^(${floors.slice(0, index + 1).join('|')}|test|setup)/` },
}));

module.exports = {
  forbidden: [
    ...upward,
    { name: 'product-uses-tests', severity: 'error', from: { path: `^(${floors.join('|')})/` }, to: { path: '^test/' } },
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-package-in-product',
      severity: 'error',
      from: { path: `^(${floors.join('|')})/` },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
