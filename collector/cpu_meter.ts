/** What this process took of the machine while it collected. */
export interface CollectorCpu {
  readonly userNs: number;
  readonly systemNs: number;
  readonly wallNs: number;
}

export const NO_CPU: CollectorCpu = { userNs: 0, systemNs: 0, wallNs: 0 };

/** CPU time of this whole process since the meter was made. */
export class CpuMeter {
  readonly #usage = process.cpuUsage();
  readonly #wallNs = process.hrtime.bigint();

  read(): CollectorCpu {
    const { user, system } = process.cpuUsage(this.#usage); // µs
    return { userNs: user * 1000, systemNs: system * 1000, wallNs: Number(process.hrtime.bigint() - this.#wallNs) };
  }
}
