import { expect } from 'chai';
import { mountedTypes } from '../../setup/host.js';
import { parseJunit } from '../../setup/junit.js';
import { daemonsAmong, packagesFor, parseOsRelease, requireGuestPackages } from '../../setup/packages.js';

describe('set-up', () => {
  it('reads which system this is', () => {
    expect(parseOsRelease('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n')).to.deep.equal({ id: 'debian', version: '12' });
    expect(parseOsRelease('')).to.deep.equal({ id: '', version: '' });
  });

  it('makes the guest on Debian alone, and says so elsewhere', () => {
    expect(() => requireGuestPackages({ id: 'ubuntu', version: '24.04' })).to.throw(/on Debian alone; this is ubuntu$/);
  });

  it('asks for a browser where the tests run, but for no package that is a stub', () => {
    expect(packagesFor('debian', { tests: true })).to.include('chromium');
    expect(packagesFor('debian', { tests: false })).not.to.include('chromium');
    expect(packagesFor('ubuntu', { tests: true })).not.to.include('chromium');
    expect(packagesFor('ubuntu', { tests: true })).to.include('bpftrace');
  });

  it('asks for tshark only where the tests run: captures are read elsewhere', () => {
    expect(packagesFor('debian', { tests: true })).to.include('tshark');
    expect(packagesFor('debian', { tests: false })).not.to.include('tshark');
  });

  it('asks for Prometheus, Alertmanager and compose where the tests run, and starts no daemon with them', () => {
    const tested = packagesFor('debian', { tests: true });
    expect(tested).to.include.members(['prometheus', 'prometheus-alertmanager', 'docker-compose']);
    expect(daemonsAmong(packagesFor('debian', { tests: false }))).to.deep.equal([]);
    expect(daemonsAmong(tested)).to.deep.equal(['prometheus', 'prometheus-alertmanager']);
    expect(daemonsAmong(['chromium', 'prometheus']), 'only what is about to be installed').to.deep.equal(['prometheus']);
  });

  it('reads which file systems are mounted', () => {
    const types = mountedTypes('proc /proc proc rw 0 0\nnone /dev/hugepages hugetlbfs rw 0 0\n');
    expect([types.has('hugetlbfs'), types.has('tracefs')]).to.deep.equal([true, false]);
  });

  it('counts what ctest reports, and finds the reason of a skip', () => {
    const xml = `<testsuite name="x">
      <testcase name="A.b" classname="A.b" time="0.1" status="run"><system-out>ok</system-out></testcase>
      <testcase name="A.c" status="fail"><failure message="boom"/></testcase>
      <testcase name="A.d" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/>
        <system-out>/x/y_test.cpp:12: Skipped\nno O_DIRECT on this file system\n</system-out></testcase>
    </testsuite>`;
    expect(parseJunit(xml)).to.deep.equal({ passed: 1, failed: 1, skipped: [{ name: 'A.d', reason: 'no O_DIRECT on this file system' }] });
  });
});
