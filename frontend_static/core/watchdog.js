const TICK_MS = 5000;
const ASLEEP_MS = 20_000;

/**
 * Notice that the machine slept: a timer of five seconds that took more than twenty.
 * @param {Clock} clock
 * @param {() => void} onWake
 */
export function watchSleep(clock, onWake) {
  let last = clock.now();
  const tick = () => {
    const now = clock.now();
    if (now - last > ASLEEP_MS) onWake();
    last = now;
    clock.setTimeout(tick, TICK_MS);
  };
  clock.setTimeout(tick, TICK_MS);
}
