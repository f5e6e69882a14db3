/** Returns a round number at or above a value, so that a few ticks divide it well. */
export function niceCeiling(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((each) => each * power >= value) ?? 10;
  return step * power;
}

const TIME_STEPS_MIN = [1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 360, 720, 1440];

/** Returns the time between the ticks of an axis, so that there are at most `most`. */
export function timeStepMs(spanMs: number, most: number): number {
  const step = TIME_STEPS_MIN.find((minutes) => spanMs / (minutes * 60_000) <= most) ?? 1440;
  return step * 60_000;
}
