import { expect } from 'chai';

import { formatCpuList, parseCpuList } from '../../../experiments/doctor/cpulist.js';
import * as procfs from '../../../experiments/doctor/procfs.js';

describe('CPU lists', () => {
  it('reads ranges and single CPUs', () => {
    expect(parseCpuList('0-3,8,10-11\n')).to.deep.equal([0, 1, 2, 3, 8, 10, 11]);
    expect(parseCpuList('0\n')).to.deep.equal([0]);
  });

  it('reads an empty or foreign text as no CPU', () => {
    expect(parseCpuList('\n')).to.deep.equal([]);
    expect(parseCpuList('(null)\n')).to.deep.equal([]);
  });

  it('writes the shortest list', () => {
    expect(formatCpuList([11, 0, 1, 2, 3, 8, 10])).to.equal('0-3,8,10-11');
    expect(formatCpuList([])).to.equal('');
  });
});

describe('files of /proc', () => {
  it('reads model and flags of an x86-64 processor, whole words only', () => {
    const { model, flags } = procfs.parseCpuInfo('processor\t: 0\nmodel name\t: Intel(R) Xeon(R) @ 2.20GHz\nflags\t\t: fpu constant_tsc avx512f\n');
    expect(model).to.equal('Intel(R) Xeon(R) @ 2.20GHz');
    expect([flags.has('constant_tsc'), flags.has('avx2'), flags.has('avx512')]).to.deep.equal([true, false, false]);
  });

  it('reads the features of an aarch64 processor', () => {
    const { model, flags } = procfs.parseCpuInfo('processor\t: 0\nBogoMIPS\t: 48.00\nFeatures\t: fp asimd crc32 atomics\n');
    expect(model).to.equal('unknown model');
    expect(flags.has('crc32')).to.equal(true);
  });

  it('reads hugepages, and none from a kernel without them', () => {
    expect(procfs.parseHugepages('HugePages_Total:     512\nHugePages_Free:      488\nHugepagesize:       2048 kB\n')).to.deep.equal({ total: 512, free: 488, sizeKib: 2_048 });
    expect(procfs.parseHugepages('MemTotal:  100 kB\n')).to.deep.equal({ total: 0, free: 0, sizeKib: 0 });
  });

  it('finds a mount by its type, not by its source', () => {
    const mounts = 'bpf /somewhere tmpfs rw 0 0\nnone /mnt/huge\\040pages hugetlbfs rw,pagesize=2M 0 0\n';
    expect(procfs.mountPointOf(mounts, 'hugetlbfs')).to.equal('/mnt/huge pages');
    expect(procfs.mountPointOf(mounts, 'bpf')).to.equal(undefined);
  });

  it('compares kernel releases as numbers', () => {
    const release = procfs.parseKernelRelease('6.9.12-rt4-amd64');
    expect(release).to.deep.equal({ major: 6, minor: 9 });
    expect(procfs.isAtLeast({ major: 6, minor: 9 }, 6, 18)).to.equal(false);
    expect(procfs.isAtLeast({ major: 6, minor: 18 }, 6, 9)).to.equal(true);
    expect(procfs.isAtLeast({ major: 7, minor: 0 }, 6, 18)).to.equal(true);
    expect(procfs.parseKernelRelease('unknown')).to.equal(undefined);
  });

  it('reads protocol families without the heading', () => {
    const names = procfs.parseProtocols('protocol  size sockets\nXDP       1024      0\nUDP-Lite  1344      0\n');
    expect([...names]).to.deep.equal(['XDP', 'UDP-Lite']);
  });

  it('reads the system from os-release, quoted or not', () => {
    expect(procfs.parseOsId('NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n')).to.equal('ubuntu');
    expect(procfs.parseOsId('ID="debian"\n')).to.equal('debian');
    expect(procfs.parseOsId('VERSION_ID=12\n')).to.equal('');
  });
});
