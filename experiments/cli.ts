/**
 * The command line. Each command is one file in commands/, loaded when it is asked for; here stand only names, options and help.
 *
 * Exit codes: 0 all is well; 99 a threshold failed; 1 the run is invalid or could not be made; 2 the command line or the experiment's file is
 * wrong; 130 interrupted.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { CompareCommandOptions } from './commands/compare.js';
import type { KillCommandOptions } from './commands/kill.js';
import type { OrderCommandOptions } from './commands/order.js';
import type { PositionsOptions, ReplayOptions, VerifyOptions } from './commands/journal.js';
import { sweep } from './isolation/session.js';
import { packageRoot } from './package_root.js';
import { explain } from './commands/failure.js';

const RUN_HELP = `
FILE is an experiment's YAML file; those that come with hopscope stand in experiments/.

Any setting can be overridden by its dotted key, as often as you like:
  hopscope run experiments/tick-to-ack.yaml --set repeat.measure=2s --set pipeline.feed.rate=500kpps
  hopscope run experiments/tick-to-ack.yaml --set pipeline.build=socket --json socket.json
  hopscope run experiments/itch-replay.yaml --set pipeline.feed.file=sample.itch50

What crosses the ports, for tshark and Wireshark (of several runs each has a file of its own, FILE-VARIANT-RUN.pcap; docs/capture.md):
  hopscope run experiments/tick-to-ack.yaml --set repeat.measure=1s --capture run.pcap
  tshark -r run.pcap -d udp.port==26400-26599,moldudp64

The results stand in results/<run>/: summary.json, report.html, and for each run the engine's plan, result and log.
HOPSCOPE_DENY=user_ringbuf,btf makes a run behave as on a kernel that lacks these features; HOPSCOPE_STORE_URL=http://HOST:8123 stores in a
ClickHouse server instead of the embedded store.

Exit codes: 0 all thresholds hold, 99 one does not, 1 the run is invalid or could not be made, or its capture could not be
written, 2 the file or the command line is wrong, 130 interrupted.`;

const QUERY_HELP = `
Tables: traces (one row an order, one column a hop: ns since feed.due), journal_traces, runs; view hop_ns (trace, hop, ns).
  hopscope query "SELECT count() FROM traces"
  hopscope query "SELECT hop, count(), quantileExact(0.99)(ns) FROM hop_ns GROUP BY hop"
  hopscope query "DESCRIBE traces" --format json`;

const RUNS_HELP = `
Newest first; p50 and p99 are of tick_to_ack, the median over a variant's valid runs. The first column is what hopscope report takes.`;

const REPORT_HELP = `
RUN is a name from hopscope runs, its last part, or last. The report is one HTML file that needs no network.`;

const COMPARE_HELP = `
RUN is a name from hopscope runs, its last part, last (the default), or a folder of results; RUN:VARIANT takes one variant of it. One RUN: its
variants against its first. Several: each against the first, variant by variant.
  hopscope compare last
  hopscope compare tick-to-ack-20260301-093000-k3f9q last --markdown comparison.md
  hopscope compare last --save main
  hopscope compare last --against main --fail-on "tick_to_ack.p99 > +5%"

A limit of --fail-on fails where a difference was shown and its whole interval lies beyond it; "> 0%" fails on any slowdown that was shown.
Exit codes: 0; 99 a limit failed; 1 something could not be ranked (invalid runs), or was not found; 2 the command line is wrong.`;

const SERVE_HELP = `
While it runs, hopscope run with the same results hands its recording over to it. Engines that nobody hands over are found by themselves;
--pid takes part in one at once, and --lane hops probes that one's sites. --rules takes a YAML file with alerts: [ … ], as in an experiment.

The page is at http://127.0.0.1:9464, metrics at /metrics, health at /health. Its buttons ask for a token, which stands in
/run/hopscope/serve.token and is new at every start. SIGINT or SIGTERM ends it, exit code 0; 1: it could not start.`;

const RULES_HELP = `
What Prometheus cannot express is named and left out. Check the result with promtool check rules DIR/prometheus/rules.yml and
promtool test rules DIR/prometheus/rules_test.yml.`;

const KILL_HELP = `
  hopscope kill                 every engine on this machine
  hopscope kill --arm           orders may leave again

It needs neither the store nor the process that runs the experiment (docs/kill-switch.md).
Exit codes: 0 all is done; 1 a venue has not confirmed in time, which is named and asked again, or there is no engine.`;

const ORDER_HELP = `
  hopscope order new twap-9 symbol=HS00001 side=buy quantity=10k algo=twap end=5s
  hopscope order replace twap-9 quantity=12k limit=100.25 end=3s
  hopscope order cancel twap-9
  hopscope order list

Keys and values are those of pipeline.oms.parents in an experiment (docs/algorithms.md); start and end count market time from when the OMS takes the
command. What is replaced: quantity (not below what is filled and working), limit (a price, or none), end. The run must be measuring; its digests
are null then, with that reason. Exit codes: 0 it was taken; 1 it was refused, or there is no such run; 2 the command line is wrong.`;

const LIMITS_HELP = `
  hopscope limits show
  hopscope limits set max_quantity=500 symbol.max_position=2000 'restricted=[HS00007]'

Keys and values are those of pipeline.risk in an experiment (docs/risk.md); what is not named stays. The next order meets them.
Exit codes: 0 they hold; 1 it was refused, or there is no such run; 2 the command line is wrong.`;

const JOURNAL_HELP = `
OF is a run from hopscope runs (a single run of an experiment: its name and -1, -2, …), last, or journal files. A run keeps its journal with
  hopscope run experiments/tick-to-ack.yaml --set pipeline.journal.keep=true

replay and verify --replay take the market from the run's plan; replay stops where all that came of record --until has happened.

Exit codes: 0 all is well, 1 a journal is damaged or its replay differs, 2 a file or the plan cannot be used.`;

const DOCTOR_HELP = `
✓ is there, ✗ is missing and the default experiment needs it, ~ is missing or noisy and something degrades. Below a line stands the remedy.
Kernel features are found by loading a program of each kind, the clock and the jitter floor by measuring them. Exit code 1 if there is a ✗.`;

export async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const finish = (code: number): void => void (exitCode = code);
  const program = buildProgram(finish);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const { line, code } = explain(error);
    process.stderr.write(`${line}\n`);
    return code;
  }
}

function buildProgram(finish: (code: number) => void): Command {
  const results = (): Option => new Option('--results <dir>', 'folder of results and store (default: results, or HOPSCOPE_RESULTS)');
  const json = (): Option => new Option('--json <file>', 'also write the figures to this file');
  const program = new Command('hopscope')
    .description('Runs a simulated trading pipeline on kernel-bypass stacks, sees every hop of every order with eBPF, and says which hop is slow.')
    .version(version())
    .exitOverride()
    .showHelpAfterError('(hopscope --help, or hopscope COMMAND --help)')
    .hook('preAction', sweepLeftovers);

  program.command('run').argument('<file>', 'the experiment, a YAML file')
    .description('run an experiment and judge its thresholds')
    .addOption(new Option('--set <key=value>', 'override one setting (may be repeated)').argParser(collect).default([], 'none'))
    .addOption(new Option('--capture <file>', 'also write every packet between the roles to this pcap file'))
    .addOption(json()).addOption(results()).addHelpText('after', RUN_HELP)
    .action(async (file: string, options: { readonly set: readonly string[]; readonly json?: string; readonly results?: string; readonly capture?: string }) =>
      finish(await (await import('./commands/run.js')).runCommand(file, options)));

  program.command('runs').description('list what has been run')
    .addOption(new Option('--limit <n>', 'at most this many').argParser(positive).default(50))
    .addOption(json()).addOption(results()).addHelpText('after', RUNS_HELP)
    .action(async (options: { readonly limit: number; readonly json?: string; readonly results?: string }) =>
      finish((await import('./commands/runs.js')).runsCommand(options)));

  program.command('report').argument('[run]', 'which run', 'last').description('write the report of a stored run as one HTML file')
    .option('--out <file>', 'where to write it (default: report.html in the run\'s folder)').addOption(results()).addHelpText('after', REPORT_HELP)
    .action(async (run: string, options: { readonly out?: string; readonly results?: string }) =>
      finish((await import('./commands/report.js')).reportCommand(run, options)));

  program.command('compare').argument('[runs...]', 'which runs; the first is the base (default: last)')
    .description('compare runs, variants and baselines')
    .addOption(new Option('--metric <name>', 'test this one instead of tick_to_ack.p50 and .p99 (may be repeated)').argParser(collect).default([], 'none'))
    .option('--save <name>', 'store the runs as a baseline').option('--against <name>', 'compare with this baseline')
    .addOption(new Option('--fail-on <limit>', 'exit 99 where it is broken (may be repeated)').argParser(collect).default([], 'none'))
    .addOption(json()).option('--markdown <file>', 'also write it as Markdown').option('--html <file>', 'also write it as a page')
    .addOption(results()).addHelpText('after', COMPARE_HELP)
    .action(async (runs: readonly string[], options: CompareCommandOptions) => finish((await import('./commands/compare.js')).compareCommand(runs, options)));

  program.command('query').argument('<sql>', 'one statement of ClickHouse SQL').description('ask the store')
    .addOption(new Option('--format <name>', 'how to print the result').choices(['table', 'json', 'jsonl', 'csv', 'tsv']).default('table'))
    .addOption(results()).addHelpText('after', QUERY_HELP)
    .action(async (sql: string, options: { readonly format: string; readonly results?: string }) =>
      finish(await (await import('./commands/query.js')).queryCommand(sql, options)));

  program.command('serve').description('collect from engines: metrics, alerts, a live page')
    .addOption(new Option('--host <address>', 'listen there').default('127.0.0.1'))
    .addOption(new Option('--port <n>', 'listen there; 0 takes a free one').argParser(portNumber).default(9464))
    .addOption(new Option('--pid <n>', 'take part in this engine at once').argParser(processId))
    .addOption(new Option('--lane <name>', 'probe the sites of that engine').choices(['hops']))
    .option('--rules <file>', 'alert rules for every engine')
    .addOption(results()).addHelpText('after', SERVE_HELP)
    .action(async (options: {
      readonly host: string; readonly port: number; readonly pid?: number; readonly lane?: 'hops'; readonly rules?: string; readonly results?: string;
    }) => finish(await (await import('./commands/serve.js')).serveCommand(options, version())));

  program.command('kill').argument('[run]', 'the id of one run; without it, every engine on this machine')
    .description('pull the kill switch: no order leaves any more, and what is open is cancelled; --arm takes it back')
    .option('--arm', 'let orders leave again', false)
    .option('--force', 'with --arm: although venues have not confirmed that nothing is open', false)
    .addOption(json()).addHelpText('after', KILL_HELP)
    .action(async (run: string | undefined, options: KillCommandOptions) => finish(await (await import('./commands/kill.js')).killCommand(run, options)));

  const ofRun = (): Option => new Option('--run <id>', 'which run (default: the only one on this machine)');
  const order = program.command('order').description('parent orders of a run that measures').addHelpText('after', ORDER_HELP);
  const keys = ['<key=value...>', 'as in an experiment'] as const;
  order.command('new').argument('<name>', 'what it is called').argument(...keys).description('enter a parent order')
    .addOption(ofRun()).addOption(json())
    .action(async (name: string, written: readonly string[], options: OrderCommandOptions) => finish(await (await import('./commands/order.js')).newOrderCommand(name, written, options)));
  order.command('replace').argument('<name>', 'which').argument('<key=value...>', 'quantity, limit, end').description('change a parent order')
    .addOption(ofRun()).addOption(json())
    .action(async (name: string, written: readonly string[], options: OrderCommandOptions) => finish(await (await import('./commands/order.js')).replaceOrderCommand(name, written, options)));
  order.command('cancel').argument('<name>', 'which').description('cancel a parent order: no child is sent any more, and what rests is asked back')
    .addOption(ofRun()).addOption(json())
    .action(async (name: string, options: OrderCommandOptions) => finish(await (await import('./commands/order.js')).cancelOrderCommand(name, options)));
  order.command('list').description('show the parent orders as they stand')
    .addOption(ofRun()).addOption(json())
    .action(async (options: OrderCommandOptions) => finish(await (await import('./commands/order.js')).listOrdersCommand(options)));

  const limits = program.command('limits').description('limits of the risk gate of a run that measures').addHelpText('after', LIMITS_HELP);
  limits.command('show').description('show those that hold')
    .addOption(ofRun()).addOption(json())
    .action(async (options: OrderCommandOptions) => finish(await (await import('./commands/limits.js')).showLimitsCommand(options)));
  limits.command('set').argument(...keys).description('set some; the others stay')
    .addOption(ofRun()).addOption(json())
    .action(async (written: readonly string[], options: OrderCommandOptions) => finish(await (await import('./commands/limits.js')).setLimitsCommand(written, options)));

  program.command('rules').argument('<file>', 'an experiment, or a YAML file with alerts: [ … ]')
    .description('write its alert rules for Prometheus, with tests for promtool, and for Grafana')
    .addOption(new Option('--out <dir>', 'the folder to write to').default('rules')).addHelpText('after', RULES_HELP)
    .action(async (file: string, options: { readonly out: string }) => finish((await import('./commands/rules.js')).rulesCommand(file, options)));

  const journal = program.command('journal').description('look into the journals that runs have kept').addHelpText('after', JOURNAL_HELP);
  const of = ['[of...]', 'a run, last, or journal files (default: last)'] as const;
  journal.command('dump').argument(...of).description('print every record, a line each')
    .option('--json', 'a JSON object a line', false).addOption(results())
    .action(async (given: readonly string[], options: { readonly json: boolean; readonly results?: string }) =>
      finish(await (await import('./commands/journal.js')).dumpCommand(given, options)));
  journal.command('stat').argument(...of).description('say what is in them: blocks, records by type, bytes, and how they end')
    .addOption(json()).addOption(results())
    .action(async (given: readonly string[], options: { readonly json?: string; readonly results?: string }) =>
      finish(await (await import('./commands/journal.js')).statCommand(given, options)));
  journal.command('verify').argument(...of).description('check every block and every record; with --replay, run the venues again from their inputs')
    .option('--replay', 'feed the journaled inputs to a new matching engine and compare every output', false)
    .option('--plan <file>', 'the run\'s plan, for files without a plan.json beside them')
    .option('--from-snapshot', 'begin at the newest good snapshot in place of record 1')
    .option('--snapshots <dir>', 'where they stand, if not beside the journal')
    .addOption(json()).addOption(results())
    .action(async (given: readonly string[], options: VerifyOptions) =>
      finish(await (await import('./commands/journal.js')).verifyCommand(given, options)));
  journal.command('replay').argument(...of).description('run the venues again up to a record, and print their books at that moment')
    .addOption(new Option('--until <seq>', 'number of the record, from dump (default: the last)').argParser(recordNumber))
    .option('--symbol <name>', 'this one only')
    .addOption(new Option('--levels <n>', 'prices of each side in the table; --json has all').argParser(positive).default(5))
    .option('--plan <file>', 'the run\'s plan, for files without a plan.json beside them')
    .option('--from-snapshot', 'begin at the newest good snapshot in place of record 1')
    .option('--snapshots <dir>', 'where they stand, if not beside the journal')
    .addOption(json()).addOption(results())
    .action(async (given: readonly string[], options: ReplayOptions) =>
      finish(await (await import('./commands/journal.js')).replayCommand(given, options)));
  journal.command('positions').argument(...of).description('rebuild the OMS from its own journal: positions, open orders, limits, gaps in the market data')
    .addOption(new Option('--until <seq>', 'number of the record, from dump (default: the last)').argParser(recordNumber))
    .option('--from-snapshot', 'begin at the newest good snapshot in place of record 1')
    .option('--snapshots <dir>', 'where they stand, if not beside the journal')
    .option('--plan <file>', 'the run\'s plan, for files without a plan.json beside them')
    .addOption(json()).addOption(results())
    .action(async (given: readonly string[], options: PositionsOptions) =>
      finish(await (await import('./commands/journal.js')).positionsCommand(given, options)));

  program.command('doctor').description('say what this machine has, lacks, and does to results')
    .addOption(new Option('--floor <ms>', 'measure each CPU\'s jitter floor this long; 0 leaves it out').argParser(wholeNumber).default(300))
    .addOption(json()).addOption(results()).addHelpText('after', DOCTOR_HELP)
    .action(async (options: { readonly floor: number; readonly json?: string; readonly results?: string }) =>
      finish(await (await import('./commands/doctor.js')).doctorCommand(options)));
  return program;
}

/** What an experiment that was killed left behind is put right before anything else. Only root can, and only root's runs leave anything. */
function sweepLeftovers(_program: Command, command: Command): void {
  if (process.getuid?.() !== 0 || command.name() === 'kill') return; // which cannot wait
  for (const line of sweep()) process.stderr.write(`${line}\n`);
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function wholeNumber(value: string): number {
  if (!/^[0-9]{1,6}$/.test(value)) throw new InvalidArgumentError('write a whole number');
  return Number(value);
}

function recordNumber(value: string): number {
  if (!/^[1-9][0-9]{0,14}$/.test(value)) throw new InvalidArgumentError('write the number of a record, as dump shows it');
  return Number(value);
}

function portNumber(value: string): number {
  const port = wholeNumber(value);
  if (port > 65_535) throw new InvalidArgumentError('write a port, at most 65535');
  return port;
}

function processId(value: string): number {
  if (!/^[1-9][0-9]{0,9}$/.test(value)) throw new InvalidArgumentError('write the number of a process');
  return Number(value);
}

function positive(value: string): number {
  const number = wholeNumber(value);
  if (number === 0) throw new InvalidArgumentError('write a whole number above 0');
  return number;
}

function version(): string {
  const { version: read } = JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8')) as { readonly version: string };
  return read;
}

process.exitCode = await main(process.argv.slice(2));
