import { describe, expect, it } from "vitest";
import { CsvSplitter, delimiterOf } from "./csv";

function split(parts: readonly string[], delimiter = ","): string[][] {
  const splitter = new CsvSplitter(delimiter);
  return [...parts.flatMap((part) => splitter.push(part)), ...splitter.finish()];
}

describe("CsvSplitter", () => {
  it("joins rows that are cut anywhere", () => {
    expect(split(["a,b\r\n1,", "2\r", "\n3,4"])).toEqual([
      ["a", "b"],
      ["1", "2"],
      ["3", "4"],
    ]);
  });

  it("keeps delimiters, quotes and line ends inside of quotes", () => {
    expect(split(['"a,1","say ""no""",', '"two\nlines"\n', "x,y,z\n"])).toEqual([
      ["a,1", 'say "no"', "two\nlines"],
      ["x", "y", "z"],
    ]);
  });

  it("leaves empty lines out and keeps empty cells", () => {
    expect(split(["a,b\n\n,\n"])).toEqual([
      ["a", "b"],
      ["", ""],
    ]);
  });
});

describe("delimiterOf", () => {
  it.each([
    ["time,power", ","],
    ["time;power, W;note", ";"],
    ["time\tpower", "\t"],
  ])("finds it in %j", (header, delimiter) => {
    expect(delimiterOf(header)).toBe(delimiter);
  });
});
