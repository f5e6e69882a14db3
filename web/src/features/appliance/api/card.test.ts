import { describe, expect, it } from "vitest";
import { cardParts } from "./card";

const CARD = `# Kettle: kettle_cnn 1.0.0

Estimates the power of a kettle.

## Data
- REFIT House 2. Licence CC BY 4.0.
- UK-DALE House 2, by \`channel_1\`.

## Scores
| figure | test |
|---|---|
| f1 | 0.87 |

## Limits
- Not for billing.
`;

describe("cardParts", () => {
  it("reads the lists of data and limits", () => {
    expect(cardParts(CARD)).toEqual({
      data: ["REFIT House 2. Licence CC BY 4.0.", "UK-DALE House 2, by channel_1."],
      limits: ["Not for billing."],
    });
  });

  it("finds nothing where there is no card", () => {
    expect(cardParts("")).toEqual({ data: [], limits: [] });
  });
});
