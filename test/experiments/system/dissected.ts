/** A capture as tshark dissects it. */
import { spawnSync } from 'node:child_process';

/** Feed: 26400 and up, order entry: 26500 and up (experiments/launch/network.ts). */
const DECODE_AS = 'udp.port==26400-26599,moldudp64';
const FIELDS = [
  'frame.time_epoch', 'ip.src', 'udp.dstport', 'moldudp64.session', 'moldudp64.sequence', 'moldudp64.count', 'moldudp64.msgdata', '_ws.malformed', '_ws.expert.severity',
  'ip.checksum.status', 'udp.checksum.status',
] as const;
const END_OF_SESSION = 65_535;
/** Wireshark's PI_COMMENT: what the dissector says of an end of session, whose count it takes for a request's. */
const COMMENT = '1048576';
const CHECKSUM_IS_GOOD = '1';

export interface DissectedPacket {
  readonly unixNs: bigint;
  readonly port: number;
  /** Sender, port and session: what sequence numbers count in. */
  readonly stream: string;
  readonly sequence: number;
  readonly endOfSession: boolean;
  /** The first letter of each message. */
  readonly types: readonly string[];
  /** What the dissector complained of; empty where all is well. */
  readonly complaint: string;
}

export interface Dissection {
  /** tshark's own exit code: 0 where the file is whole. */
  readonly code: number | null;
  readonly packets: readonly DissectedPacket[];
}

export function hasTshark(): boolean {
  return spawnSync('tshark', ['--version'], { stdio: 'ignore' }).status === 0;
}

export function dissect(file: string): Dissection {
  const args = ['-r', file, '-d', DECODE_AS, '-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE', '-T', 'fields', ...FIELDS.flatMap((field) => ['-e', field])];
  const { status, stdout } = spawnSync('tshark', args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  return { code: status, packets: stdout.split('\n').filter((line) => line !== '').map(packetOf) };
}

/** Where sequence numbers of a stream do not go on: empty if each packet begins where the one before it ended. */
export function holes(packets: readonly DissectedPacket[]): readonly string[] {
  const next = new Map<string, number>();
  return packets.flatMap(({ stream, sequence, types }) => {
    const expected = next.get(stream) ?? 1;
    next.set(stream, sequence + types.length);
    return sequence === expected ? [] : [`${stream}: ${sequence} instead of ${expected}`];
  });
}

export function countTypes(packets: readonly DissectedPacket[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const type of packets.flatMap(({ types }) => types)) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

function packetOf(line: string): DissectedPacket {
  const [time = '', from = '', port = '', session = '', sequence = '', count = '', data = '', malformed = '', severity = '', ip = '', udp = ''] = line.split('\t');
  const [seconds = '', fraction = ''] = time.split('.');
  const types = data === '' ? [] : data.split(',').map((hex) => String.fromCharCode(Number.parseInt(hex.slice(0, 2), 16)));
  const endOfSession = Number(count) === END_OF_SESSION;
  const complaints = [
    ...(session === '' ? ['not MoldUDP64'] : []),
    ...(malformed === '' ? [] : ['malformed']),
    ...(severity === (endOfSession ? COMMENT : '') ? [] : [`expert ${severity}`]),
    ...(endOfSession || Number(count) === types.length ? [] : [`${types.length} of ${count} messages`]),
    ...(ip === CHECKSUM_IS_GOOD && udp === CHECKSUM_IS_GOOD ? [] : ['a wrong checksum']),
  ];
  return {
    unixNs: BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0')),
    port: Number(port.split(',')[0]),
    stream: `${from}:${port} ${session}`,
    sequence: Number(sequence),
    endOfSession,
    types,
    complaint: complaints.join(', '),
  };
}
