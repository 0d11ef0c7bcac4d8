import { expect, it } from "vitest";
import { contentsHtml, type Heading, markdownHtml } from "../../src/report/markdown";

it("has no HTML of its own and no script in a link", () => {
  const html = markdownHtml("<b>x</b> [a](javascript:alert(1)) **bold**", "Title", []);
  expect(html).toBe("<p>&lt;b&gt;x&lt;/b&gt; [a](javascript:alert(1)) <strong>bold</strong></p>\n");
});

it("shows a picture it holds, and of one elsewhere the words", () => {
  const html = markdownHtml("![in](data:image/png;base64,AA==) ![out <b>](https://example.com/b.png)", "Title", []);
  expect(html).toBe('<p><img src="data:image/png;base64,AA==" alt="in"> out &lt;b&gt;</p>\n');
});

it("leaves out the heading that repeats the page's title, other first-level ones become second-level", () => {
  const headings: Heading[] = [];
  const html = markdownHtml("# drift analysis\n\n# When\n\n## Where `x`", "Drift analysis", headings);
  expect(html).toBe('<h2 id="when">When</h2>\n<h2 id="where-x">Where <code>x</code></h2>\n');
  expect(headings.map(({ text }) => text)).toEqual(["When", "Where x"]);
});

it("gives each heading an id of its own over the whole page", () => {
  const headings: Heading[] = [];
  for (const text of ["## Why?", "## Why", "## Why!", "## !"]) markdownHtml(text, "", headings);
  expect(headings.map(({ id }) => id)).toEqual(["why", "why--2", "why--3", "section"]);
});

it("lists headings of the second and third level when there are several", () => {
  const headings = [
    { level: 2, text: "A & B", id: "a-b" },
    { level: 3, text: "C", id: "c" },
    { level: 4, text: "D", id: "d" },
  ];
  const html = contentsHtml(headings);
  expect(html.match(/<a [^>]+>[^<]+/g)).toEqual(['<a href="#a-b">A &amp; B', '<a href="#c">C']);
  expect(contentsHtml(headings.slice(0, 1))).toBe("");
});
