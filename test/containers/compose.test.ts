import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { readRuleFile } from '../../collector/index.js';
import { packageRoot } from '../../experiments/package_root.js';
import { skip } from '../skip.js';
import { ComposeFile, type ComposeService } from './compose_file.js';

const root = packageRoot();
const at = (...parts: readonly string[]): string => path.join(root, ...parts);
const text = readFileSync(at('docker-compose.yml'), 'utf8');
const example = readFileSync(at('docker', 'env.example'), 'utf8');
const { services, volumes } = ComposeFile.parse(parse(text, { merge: true }));

const named = (name: string): ComposeService => {
  const service = services[name];
  if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return service;
};

/** Names of the variables in `$NAME` and `${NAME…}`. */
const variablesOf = (of: string): ReadonlySet<string> => new Set([...of.matchAll(/\$\{?([A-Z][A-Z0-9_]*)/g)].map(([, name = '']) => name));

const exampleVariables = new Set([...example.matchAll(/^([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name));

/** Sources of bind mounts and names of volumes, with where they are seen inside. */
const mountsOf = (service: ComposeService): readonly (readonly [source: string, inside: string])[] =>
  (service.volumes ?? []).map((mount) => [mount.split(':')[0] ?? '', mount.split(':')[1] ?? ''] as const);

/** A compose that needs no container engine to check a file: Debian's docker-compose, or the plugin of docker's own command. */
function composeCommand(): readonly [string, ...string[]] | null {
  if (spawnSync('docker-compose', ['version'], { timeout: 15_000 }).status === 0) return ['docker-compose'];
  if (spawnSync('docker', ['compose', 'version'], { timeout: 15_000 }).status === 0) return ['docker', 'compose'];
  return null;
}

/** Every file under a folder, as paths below the repository's root. */
const filesUnder = (folder: string): readonly string[] =>
  readdirSync(at(folder), { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name)).filter((name) => /\.(ya?ml|json)$/.test(name));

describe('docker-compose.yml', () => {
  it('has the six services, each with a health check', () => {
    expect(Object.keys(services).sort()).to.deep.equal(['alertmanager', 'clickhouse', 'collector', 'engine', 'grafana', 'prometheus']);
  });

  it('pins every image to a version', () => {
    for (const [name, { image }] of Object.entries(services)) expect(image, name).to.match(/^[a-z0-9./-]+:v?\d+\.\d+\.\d+(\.\d+)?$/);
    expect(named('grafana').environment?.GF_PLUGINS_PREINSTALL_SYNC, 'plugin').to.match(/^grafana-clickhouse-datasource@\d+\.\d+\.\d+$/);
  });

  it('makes the image of engine and collector in the version of package.json', () => {
    const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8')) as { readonly version: string };
    for (const name of ['engine', 'collector']) expect([named(name).image, named(name).build], name).to.deep.equal([`hopscope:${version}`, '.']);
  });

  it('publishes ports on loopback only', () => {
    for (const [name, { ports = [] }] of Object.entries(services))
      for (const port of ports) expect(port, name).to.match(/^127\.0\.0\.1:\$\{[A-Z_]+:-\d+\}:\d+$/);
  });

  it('mounts only what is there', () => {
    const inUse = new Set<string>();
    for (const [name, service] of Object.entries(services))
      for (const [source] of mountsOf(service)) {
        if (source.startsWith('./')) expect(existsSync(at(source)), `${name}: ${source}`).to.equal(true);
        else if (!source.startsWith('/')) inUse.add(source);
      }
    expect([...inUse].sort(), 'volumes declared and used').to.deep.equal(Object.keys(volumes).sort());
  });

  it('lets engine and collector see the same machine, and only these two', () => {
    for (const name of ['engine', 'collector']) {
      const { privileged, pid, ipc } = named(name);
      expect({ privileged, pid, ipc }, name).to.deep.equal({ privileged: true, pid: 'host', ipc: 'host' });
      expect(mountsOf(named(name)).map(([, inside]) => inside), name).to.include.members(['/run/hopscope', '/dev/hugepages', '/sys/kernel/tracing', '/sys/fs/bpf', '/var/lib/hopscope']);
    }
    for (const [name, { privileged, pid, ipc }] of Object.entries(services))
      if (name !== 'engine' && name !== 'collector') expect([privileged, pid, ipc], name).to.deep.equal([undefined, undefined, undefined]);
  });

  it('starts the collector with rules that are there', () => {
    const { command = [] } = named('collector');
    const rules = command[command.indexOf('--rules') + 1] ?? '';
    expect(readRuleFile(at(rules))).not.to.have.lengthOf(0);
  });

  it('waits only for services that can say when they are ready', () => {
    for (const [name, { depends_on: waits = {} }] of Object.entries(services))
      for (const other of Object.keys(waits)) expect(Object.keys(services), `${name} waits for ${other}`).to.include(other);
  });

  it('takes every setting from the environment file, and gives no password a default', () => {
    const used = variablesOf(text);
    // Compose itself reads COMPOSE_PROJECT_NAME.
    expect([...exampleVariables].filter((name) => !name.startsWith('COMPOSE_')).sort()).to.deep.equal([...used].sort());
    for (const name of used) if (name.endsWith('PASSWORD')) expect(text, name).not.to.match(new RegExp(`\\$\\{${name}(:?-|\\})`));
    expect(example, 'no password is committed').not.to.match(/PASSWORD=./);
  });

  it('keeps the real environment file out of the repository', () => {
    const asked = spawnSync('git', ['check-ignore', '--no-index', '.env'], { cwd: root, encoding: 'utf8' });
    if (asked.error !== undefined || asked.status === 128) expect(readFileSync(at('.gitignore'), 'utf8').split('\n')).to.include('.env');
    else expect(asked.status).to.equal(0);
  });

  it('gives ClickHouse and Grafana every variable that their files ask for', () => {
    const clickhouse = Object.keys(named('clickhouse').environment ?? {});
    for (const name of ['hopscope.xml', 'grafana_user.xml'])
      for (const [, variable] of readFileSync(at('docker', 'clickhouse', name), 'utf8').matchAll(/from_env="([^"]+)"/g)) expect(clickhouse, name).to.include(variable);
    const grafana = Object.keys(named('grafana').environment ?? {});
    for (const file of filesUnder('dashboards/generated/grafana/provisioning/datasources'))
      for (const variable of variablesOf(readFileSync(at(file), 'utf8'))) expect(grafana, file).to.include(variable);
  });

  it('names in every generated file only services that exist', () => {
    const hosts = ['prometheus', 'alertmanager', 'grafana/provisioning/datasources'].flatMap((folder) =>
      filesUnder(path.join('dashboards', 'generated', folder)).flatMap((file) =>
        [...readFileSync(at(file), 'utf8').matchAll(/(?:https?:\/\/|['"\s-])([a-z][a-z0-9-]*):(\d{4,5})\b/g)].map(([, host = '', port = '']) => ({ file, host, port }))));
    expect(hosts.map(({ host }) => host)).to.include.members(['collector', 'alertmanager']);
    for (const { file, host, port } of hosts) {
      expect(Object.keys(services), `${file}: ${host}`).to.include(host);
      expect(named(host).ports?.some((one) => one.endsWith(`:${port}`)), `${file}: ${host}:${port}`).to.equal(true);
    }
  });

  it('shows Grafana the dashboards where its provisioning looks for them', () => {
    const inside = mountsOf(named('grafana')).map(([, where]) => where);
    const files = filesUnder('dashboards/generated/grafana/provisioning/dashboards');
    expect(files).not.to.have.lengthOf(0);
    for (const file of files) {
      const { providers } = parse(readFileSync(at(file), 'utf8')) as { readonly providers: readonly { readonly options: { readonly path: string } }[] };
      for (const { options } of providers) expect(inside, file).to.include(options.path);
    }
  });

  describe('as compose reads it', () => {
    let folder = '';
    before(() => (folder = mkdtempSync(path.join(tmpdir(), 'hopscope-compose-'))));
    after(() => rmSync(folder, { recursive: true, force: true }));

    const config = (command: readonly [string, ...string[]], env: string): { readonly status: number | null; readonly said: string } => {
      const file = path.join(folder, 'env');
      writeFileSync(file, env);
      const [program, ...before] = command;
      // Only what is needed: a password in the environment of whoever runs the tests must not decide.
      const { status, stderr } = spawnSync(program, [...before, '--env-file', file, '-f', at('docker-compose.yml'), 'config', '-q'], {
        encoding: 'utf8', timeout: 30_000, env: { PATH: process.env.PATH, HOME: folder },
      });
      return { status, said: stderr };
    };

    it('is complete with the passwords chosen', function () {
      this.timeout(60_000);
      const command = composeCommand() ?? skip(this, 'neither docker-compose nor the compose plugin of docker is here');
      const { status, said } = config(command, example.replace(/PASSWORD=$/gm, 'PASSWORD=chosen'));
      expect(status, said).to.equal(0);
    });

    it('stops without them and says what to do', function () {
      this.timeout(60_000);
      const command = composeCommand() ?? skip(this, 'neither docker-compose nor the compose plugin of docker is here');
      const { status, said } = config(command, example);
      expect(status).not.to.equal(0);
      expect(said).to.include('copy docker/env.example to .env');
    });
  });
});
