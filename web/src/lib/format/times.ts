const formats = new Map<string, Intl.DateTimeFormat>();

/** How a time is written: by what it is read for. */
const STYLES = {
  time: { hour: "2-digit", minute: "2-digit" },
  timeWithSeconds: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  day: { weekday: "short", day: "numeric", month: "short" },
  dayAndYear: { weekday: "short", day: "numeric", month: "short", year: "numeric" },
  shortDay: { day: "numeric", month: "short" },
  dayAndTime: {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  },
  month: { month: "long", year: "numeric" },
  shortMonth: { month: "short" },
  weekday: { weekday: "short" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

export type TimeStyle = keyof typeof STYLES;

/** Returns an instant as clocks and calendars in `zone` show it. */
export function formatTime(instantMs: number, zone: string, style: TimeStyle): string {
  return format(zone, style).format(instantMs);
}

/** Returns a span of time in `zone`, shortened where both ends share a part. */
export function formatSpan(startMs: number, endMs: number, zone: string, style: TimeStyle): string {
  return format(zone, style).formatRange(startMs, endMs);
}

/** Returns the name of a zone with its present offset: `Europe/London (GMT)`. */
export function formatZone(zone: string, instantMs: number): string {
  const parts = new Intl.DateTimeFormat(undefined, {
    timeZone: zone,
    timeZoneName: "short",
  }).formatToParts(instantMs);
  const short = parts.find((part) => part.type === "timeZoneName")?.value;
  const name = zone.replaceAll("_", " ");
  return short && short !== name ? `${name} (${short})` : name;
}

function format(zone: string, style: TimeStyle): Intl.DateTimeFormat {
  const key = `${zone} ${style}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(undefined, { timeZone: zone, ...STYLES[style] });
    formats.set(key, found);
  }
  return found;
}
