import { expect, it } from "vitest";
import { bannerHtml, type Tone } from "../../src/report/banner";

it.each([
  ["good", "✓", "All clear"],
  ["warn", "!", "Attention"],
  ["bad", "✕", "Action needed"],
] as const satisfies readonly (readonly [Tone, string, string])[])(
  "a %s verdict says so in a sign and a word, not in color alone",
  (tone, sign, word) => {
    const html = bannerHtml({ tone, title: "3 <subscriptions>", lines: ["one & two"] });
    expect(html).toContain(`<span aria-hidden="true">${sign}</span> ${word}`);
    expect(html).toContain(">3 &lt;subscriptions&gt;</p>");
    expect(html).toContain(">one &amp; two</p>");
  },
);
