/** Returns the price of a small thing, such as a kWh, to a hundredth of a cent: `£0.2467`. */
export function formatPrice(amount: number, currencyCode: string): string {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 4 };
  try {
    return new Intl.NumberFormat(undefined, {
      style: "currency",
      currency: currencyCode,
      currencyDisplay: "narrowSymbol",
      ...digits,
    }).format(amount);
  } catch {
    return `${new Intl.NumberFormat(undefined, digits).format(amount)} ${currencyCode}`;
  }
}
