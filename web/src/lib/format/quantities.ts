const numbers = new Map<string, Intl.NumberFormat>();

/** Returns a power with its unit: `190 W`, `2.35 kW`. */
export function formatPower(powerW: number): string {
  if (Math.abs(powerW) < 999.5) return `${decimal(powerW, 0)} W`;
  const powerKw = powerW / 1000;
  return `${decimal(powerKw, Math.abs(powerKw) < 99.95 ? 2 : 0)} kW`;
}

/** Returns an energy with its unit: `0.42 kWh`, `12.3 kWh`, `1.24 MWh`. */
export function formatEnergy(energyKwh: number): string {
  const size = Math.abs(energyKwh);
  if (size >= 9_999.5) return `${decimal(energyKwh / 1000, 2)} MWh`;
  return `${decimal(energyKwh, size < 9.995 ? 2 : size < 999.5 ? 1 : 0)} kWh`;
}

/** Returns a mass of greenhouse gas with its unit: `320 g CO₂e`, `12.3 kg CO₂e`, `1.24 t CO₂e`. */
export function formatCo2(massKg: number): string {
  const size = Math.abs(massKg);
  if (size < 0.9995) return `${decimal(massKg * 1000, 0)} g CO₂e`;
  if (size < 999.5) return `${decimal(massKg, size < 9.995 ? 2 : 1)} kg CO₂e`;
  return `${decimal(massKg / 1000, 2)} t CO₂e`;
}

/** Returns a carbon intensity with its unit: `162.5 g CO₂e/kWh`. */
export function formatIntensity(gPerKwh: number): string {
  return `${decimal(gPerKwh, Number.isInteger(gPerKwh) ? 0 : 1)} g CO₂e/kWh`;
}

/** Returns an amount of money in its currency. */
export function formatMoney(amount: number, currencyCode: string): string {
  try {
    return number(`money ${currencyCode}`, {
      style: "currency",
      currency: currencyCode,
      currencyDisplay: "narrowSymbol",
    }).format(amount);
  } catch {
    return `${decimal(amount, 2)} ${currencyCode}`;
  }
}

/** Returns a part of 1 as a percentage: `93 %` as the locale writes it. */
export function formatShare(share: number, digits = 0): string {
  return number(`percent ${digits}`, { style: "percent", maximumFractionDigits: digits }).format(
    share,
  );
}

/** Returns a span: `45 s`, `5 min`, `1 h 20 min`, `3 days`. */
export function formatDuration(ms: number): string {
  const s = Math.round(ms / 1000);
  if (s < 60) return `${s} s`;
  const min = Math.round(s / 60);
  if (min < 60) return `${min} min`;
  const h = Math.floor(min / 60);
  if (h < 48) return min % 60 ? `${h} h ${min % 60} min` : `${h} h`;
  return `${Math.round(h / 24)} days`;
}

/** Returns a number with so many decimals. */
export function decimal(value: number, digits: number): string {
  return number(`decimal ${digits}`, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value === 0 ? 0 : value);
}

function number(key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  let format = numbers.get(key);
  if (!format) {
    format = new Intl.NumberFormat(undefined, options);
    numbers.set(key, format);
  }
  return format;
}
