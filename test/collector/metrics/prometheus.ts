// Debian's Prometheus, with a configuration and a store of its own in a temporary folder, asked through its HTTP API.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, until } from '../alerts/fake_target.js';

export class ScratchPrometheus {
  private constructor(
    private readonly folder: string,
    private readonly url: string,
    private readonly process: ChildProcess,
    private readonly target: Server,
  ) {}

  /** Scrapes what `metrics` returns, five times a second. */
  static async open(metrics: () => Promise<string>): Promise<ScratchPrometheus> {
    const target = createServer((_, response) => void metrics().then((text) => response.end(text)));
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
    const { port: scraped } = target.address() as AddressInfo;
    const folder = mkdtempSync(path.join(tmpdir(), 'hopscope-prometheus-'));
    const config = path.join(folder, 'prometheus.yml');
    writeFileSync(config, `global: { scrape_interval: 200ms, scrape_timeout: 200ms }
scrape_configs: [{ job_name: hopscope, static_configs: [{ targets: ['127.0.0.1:${scraped}'] }] }]
`);
    const port = await freePort();
    const process = spawn('prometheus', [
      `--config.file=${config}`, `--storage.tsdb.path=${path.join(folder, 'data')}`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error',
    ], { stdio: 'ignore' });
    const opened = new ScratchPrometheus(folder, `http://127.0.0.1:${port}`, process, target);
    try {
      await until('Prometheus scrapes', async () => (await opened.ask('up')) === 1, 15_000);
    } catch (error) {
      await opened.remove();
      throw error;
    }
    return opened;
  }

  /** The value of a query that has one; undefined where it has none, or Prometheus does not answer yet. */
  async ask(query: string): Promise<number | undefined> {
    const answer = await fetch(`${this.url}/api/v1/query?query=${encodeURIComponent(query)}`).catch(() => undefined);
    if (answer?.ok !== true) return undefined;
    const { data } = (await answer.json()) as { readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] } };
    const [only, ...others] = data.result;
    if (others.length > 0) throw new Error(`${query} has ${data.result.length} values`);
    return only === undefined ? undefined : Number(only.value[1]);
  }

  async remove(): Promise<void> {
    const exited = new Promise((resolve) => this.process.once('exit', resolve));
    if (this.process.exitCode === null && this.process.kill('SIGKILL')) await exited;
    this.target.closeAllConnections();
    this.target.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
