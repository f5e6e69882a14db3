/** The parts of a model's card that people should read before they trust it. */
export interface CardParts {
  /** What it learned from, and under which licences. */
  data: string[];
  /** Where it should not be relied on. */
  limits: string[];
}

/** Returns the listed lines of a card's sections; Markdown marks for code are left out. */
export function cardParts(markdown: string): CardParts {
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of markdown.split("\n")) {
    if (line.startsWith("## ")) {
      lines = [];
      sections.set(line.slice(3).trim().toLowerCase(), lines);
    } else if (line.startsWith("- ")) {
      lines.push(line.slice(2).replaceAll("`", "").trim());
    }
  }
  return { data: sections.get("data") ?? [], limits: sections.get("limits") ?? [] };
}
