/**
 * A virtual machine with Debian's own kernel, which has what the host may lack: loadable modules, network cards to take, kprobes, fentry.
 *
 * QEMU emulates every instruction (TCG), so it needs no KVM. It boots in seconds from an initramfs with busybox, and then runs the test's
 * script in the host's file tree, which it sees read-only over 9p: same libraries, same build. Its clock and its timings mean nothing.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { skip } from '../skip.js';

const BUSYBOX = '/bin/busybox';
/** What it takes to reach the host's file tree. */
const FIRST_MODULES = ['virtio_pci', '9pnet_virtio', '9p'];
const MEMORY = '1536M';
const TIME_LIMIT_MS = 150_000;

/** Releases of the installed kernels that have their modules, newest first. */
function kernels(): readonly string[] {
  const releases = existsSync('/boot') ? readdirSync('/boot').map((name) => /^vmlinuz-(.*-amd64)$/.exec(name)?.[1]).filter((name) => name !== undefined) : [];
  return releases.filter((release) => existsSync(`/lib/modules/${release}/modules.dep`)).sort((a, b) => b.localeCompare(a, undefined, { numeric: true }));
}

/** Skips where there is no guest to boot; `npm run test:guest` says so before it starts. */
export function requireGuest(context: Mocha.Context): void {
  if (process.getuid?.() !== 0) skip(context, 'the guest reads kernel and file tree as root');
  if (kernels().length === 0) skip(context, 'no kernel of Debian with its modules is installed (linux-image-amd64)');
  for (const [program, of] of [['qemu-system-x86_64', 'qemu-system-x86'], ['cpio', 'cpio'], ['busybox', 'busybox-static']] as const) {
    if (spawnSync('which', [program]).status !== 0) skip(context, `${program} is not installed (${of})`);
  }
}

/** Two emulated cards on one cable; the guest sees them at these PCI slots of bus 0. */
export interface Cable {
  readonly e1000Slot: number;
  readonly virtioSlot: number;
}

export function pciAddress(slot: number): string {
  return `0000:00:${slot.toString(16).padStart(2, '0')}.0`;
}

/** An emulated NVMe controller of one namespace, which is a file of the host's. */
export interface NvmeDrive {
  readonly slot: number;
  readonly image: string;
}

/** What the guest has beside processors, memory and the host's file tree. */
export interface Hardware {
  readonly cables: readonly Cable[];
  readonly nvme?: NvmeDrive;
  /** Transfers of the cards go through it: vfio-pci needs one, uio_pci_generic must do without. */
  readonly iommu: boolean;
}

const BARE: Hardware = { cables: [], iommu: false };

function hardwareArguments({ cables, nvme, iommu }: Hardware): readonly string[] {
  const translated = iommu ? ',disable-legacy=on,iommu_platform=on' : '';
  return [
    ...(iommu ? ['-device', 'intel-iommu,intremap=on,aw-bits=48'] : []),
    ...(nvme === undefined ? [] : ['-drive', `file=${nvme.image},format=raw,if=none,id=nvme`, '-device', `nvme,drive=nvme,serial=hopscope,addr=0x${nvme.slot.toString(16)}`]),
    ...cables.flatMap(({ e1000Slot, virtioSlot }, hub) => [
      '-netdev', `hubport,id=e${hub},hubid=${hub}`, '-device', `e1000,netdev=e${hub},addr=0x${e1000Slot.toString(16)}`,
      '-netdev', `hubport,id=v${hub},hubid=${hub}`, '-device', `virtio-net-pci,netdev=v${hub},addr=0x${virtioSlot.toString(16)}${translated}`,
    ]),
  ];
}

/** A line that takes a device from the kernel, as docs/dpdk.md tells. */
export function bind(driver: string, address: string): string {
  const device = `/sys/bus/pci/devices/${address}`;
  return `[ ! -e ${device}/driver ] || echo ${address} > ${device}/driver/unbind; echo ${driver} > ${device}/driver_override; echo ${address} > /sys/bus/pci/drivers_probe`;
}

/** EAL loads every driver in its folder, nearly two hundred: minutes, where each instruction is emulated. Lines that leave it these. */
export function onlyDrivers(...names: readonly string[]): readonly string[] {
  return [
    'folder=$(echo /usr/lib/x86_64-linux-gnu/dpdk/pmds-*)',
    'mkdir /run/drivers',
    `for name in ${names.join(' ')}; do cp -P $folder/librte_$name.so* /run/drivers; done`,
    'mount --bind /run/drivers $folder',
  ];
}

export class Guest {
  /** The guest's /mnt: what the test gives, and what it gets back. */
  readonly folder = mkdtempSync(path.join(tmpdir(), 'hopscope-guest-'));

  /** Boots, runs `script` with `sh -e`, powers off. Returns what the console said. */
  run(script: string, hardware = BARE): string {
    const [release = ''] = kernels();
    writeFileSync(path.join(this.folder, 'guest.sh'), script);
    const initramfs = this.#initramfs(release);
    const done = spawnSync('qemu-system-x86_64', [
      '-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-serial', 'stdio',
      '-machine', 'q35', '-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', MEMORY,
      '-kernel', `/boot/vmlinuz-${release}`, '-initrd', initramfs, '-append', 'console=ttyS0 quiet panic=-1 mitigations=off intel_iommu=on',
      '-virtfs', 'local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap',
      '-virtfs', `local,path=${this.folder},mount_tag=test,security_model=none`,
      ...hardwareArguments(hardware),
    ], { encoding: 'utf8', timeout: TIME_LIMIT_MS, killSignal: 'SIGKILL', maxBuffer: 64 << 20 });
    const console = `${done.stdout}${done.stderr}`;
    if (!console.includes('guest: ended with 0')) throw new Error(`the guest did not come to its end (${done.error?.message ?? done.status}):\n${console.split('\n').slice(-60).join('\n')}`);
    return console;
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #initramfs(release: string): string {
    const root = path.join(this.folder, 'initramfs');
    mkdirSync(path.join(root, 'bin'), { recursive: true });
    mkdirSync(path.join(root, 'modules'), { recursive: true });
    copyFileSync(BUSYBOX, path.join(root, 'bin/busybox'));
    copyFileSync(path.join(import.meta.dirname, 'guest_init.sh'), path.join(root, 'init'));
    chmodSync(path.join(root, 'init'), 0o755);
    modulesInOrder(release).forEach((file, i) => copyFileSync(file, path.join(root, 'modules', `${String(i).padStart(2, '0')}-${path.basename(file)}`)));
    const names = ['.', 'init', 'bin', 'bin/busybox', 'modules', ...readdirSync(path.join(root, 'modules')).map((name) => `modules/${name}`)];
    const packed = spawnSync('cpio', ['-o', '-H', 'newc', '--quiet'], { cwd: root, input: names.join('\n'), maxBuffer: 64 << 20 });
    if (packed.status !== 0) throw new Error(`cpio: ${packed.stderr.toString()}`);
    const file = path.join(this.folder, 'initramfs.cpio');
    writeFileSync(file, packed.stdout);
    return file;
  }
}

/** Files of the first modules and of all that they need, in the order in which they load. */
function modulesInOrder(release: string): readonly string[] {
  const lines = FIRST_MODULES.flatMap((name) => spawnSync('modprobe', ['-S', release, '--show-depends', name], { encoding: 'utf8' }).stdout.split('\n'));
  return [...new Set(lines.map((line) => /^insmod (\S+)/.exec(line)?.[1]).filter((file) => file !== undefined))];
}
