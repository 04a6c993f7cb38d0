/** Keeps the time for an engine that no Collection drains. */

/** Later than the second's end by so much, so that a timer that comes a little early still finds it ended. */
const AFTER_THE_END_MS = 2;

/**
 * Calls back whenever a second has ended, with that Unix second. Seconds that this process slept through are not made up for.
 *
 * @param onTrouble told the first time that onEnd throws; the seconds go on: nobody is above a timer who could take it
 * @returns stops it; nothing is called afterwards
 */
export function everySecond(onEnd: (unixSecond: number) => void, onTrouble: (error: Error) => void): () => void {
  let told = false;
  const end = (ended: number): void => {
    try {
      onEnd(ended);
    } catch (error) {
      if (!told) onTrouble(error instanceof Error ? error : new Error(String(error)));
      told = true;
    }
  };
  let second = unixSecond();
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    timer = setTimeout(look, 1000 - (Date.now() % 1000) + AFTER_THE_END_MS);
  };
  const look = (): void => {
    const ended = second;
    second = unixSecond();
    wait();
    if (second !== ended) end(ended);
  };
  wait();
  return () => clearTimeout(timer);
}

function unixSecond(): number {
  return Math.floor(Date.now() / 1000);
}
