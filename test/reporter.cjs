// Mocha's spec reporter, which also writes its counts and every skip with its reason to $HOPSCOPE_MOCHA_SUMMARY, for setup/test.js.
'use strict';
const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

module.exports = class SummaryReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    runner.on('pending', (test) => skipped.push({ name: test.fullTitle(), reason: test.skipReason ?? '' }));
    runner.on('end', () => {
      const file = process.env.HOPSCOPE_MOCHA_SUMMARY;
      if (file) writeFileSync(file, JSON.stringify({ passed: runner.stats.passes, failed: runner.stats.failures, skipped }));
    });
  }
};
