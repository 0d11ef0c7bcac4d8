import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { type SvgNode, textBox } from "../../src/report/text-box";
import { textWidth } from "../../src/report/text-width";

const WIDTH = textWidth("label", 10);

describe("textBox", () => {
  it.each([
    ["start", 0],
    ["middle", -WIDTH / 2],
    ["end", -WIDTH],
  ])("%s-anchored text lies around its point", (anchor, left) => {
    const box = boxOf(`<text x="100" y="50" text-anchor="${anchor}" style="font-size: 10px">label</text>`);
    expect(box).toEqual({ x: expect.closeTo(100 + left), y: 40.5, width: expect.closeTo(WIDTH), height: 13 });
  });

  it("lines are stacked, the widest counts", () => {
    const lines = `<tspan class="line">label</tspan><tspan class="line">l</tspan>`;
    expect(boxOf(`<text style="font-size: 10px">${lines}</text>`)).toMatchObject({
      width: expect.closeTo(WIDTH),
      height: 26,
    });
  });

  it("a group's box holds its moved and turned texts, the size comes from above", () => {
    const moved = `<text transform="translate(30,20)">label</text>`;
    const turned = `<text transform="translate(0,0) rotate(90,0,0)">label</text>`;
    const box = boxOf(`<g style="font-size: 10px">${moved}</g>`);
    expect(box).toMatchObject({ x: expect.closeTo(30), y: expect.closeTo(10.5) });
    expect(boxOf(`<g style="font-size: 10px">${turned}</g>`)).toMatchObject({
      width: expect.closeTo(13),
      height: expect.closeTo(WIDTH),
    });
  });

  it("without text there is no box", () => {
    expect(boxOf("<g><rect/></g>")).toEqual({ x: 0, y: 0, width: 0, height: 0 });
  });
});

function boxOf(svg: string) {
  const { document } = new JSDOM(`<svg xmlns="http://www.w3.org/2000/svg">${svg}</svg>`).window;
  return textBox(document.querySelector("svg")?.firstElementChild as unknown as SvgNode);
}
