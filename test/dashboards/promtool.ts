/** Debian's promtool and amtool, the judges of what is generated. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { toYaml } from '../../dashboards/yaml.js';
import { skip } from '../skip.js';
import type { Context } from 'mocha';

const execute = promisify(execFile);

export interface Judgement {
  readonly ok: boolean;
  readonly said: string;
}

export async function judge(tool: 'promtool' | 'amtool', args: readonly string[]): Promise<Judgement> {
  try {
    const { stdout, stderr } = await execute(tool, [...args], { timeout: 60_000, maxBuffer: 16 << 20 });
    return { ok: true, said: stdout + stderr };
  } catch (error) {
    const { stdout = '', stderr = '', code } = error as { stdout?: string; stderr?: string; code?: unknown };
    if (code === 'ENOENT') throw error;
    return { ok: false, said: stdout + stderr };
  }
}

/** Skips the test where the tool is not installed. */
export async function needs(context: Context, tool: 'promtool' | 'amtool'): Promise<void> {
  const there = await judge(tool, ['--version']).then(() => true, () => false);
  if (!there) skip(context, `${tool} is not installed: apt-get install ${tool === 'promtool' ? 'prometheus' : 'prometheus-alertmanager'}`);
}

/** What an expression gives, by promtool's own evaluation, `seconds` after the samples (`{ 'up': '1+0x9' }`, one a second) began. */
export interface Expected {
  readonly expr: string;
  readonly series: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly samples: readonly { readonly labels: string; readonly value: number }[];
}

export async function judgeExpression({ expr, series, seconds, samples }: Expected): Promise<Judgement> {
  const folder = mkdtempSync(join(tmpdir(), 'hopscope-promql-'));
  try {
    const file = join(folder, 'test.yml');
    const test = {
      interval: '1s',
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: [{ expr, eval_time: `${seconds}s`, exp_samples: samples }],
    };
    writeFileSync(file, toYaml({ evaluation_interval: '1s', tests: [test] }, []));
    return await judge('promtool', ['test', 'rules', file]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
