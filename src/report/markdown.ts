import escapeHtml from "escape-html";
import MarkdownIt from "markdown-it";

/** A heading of a rendered text: where a table of contents leads. */
export interface Heading {
  readonly level: number;
  readonly text: string;
  readonly id: string;
}

const markdown = new MarkdownIt({ html: false, linkify: false });

// A report asks no host for anything: a picture from elsewhere is only its words.
const pictureHtml = markdown.renderer.rules.image;
markdown.renderer.rules.image = (tokens, index, options, env, self) => {
  const token = tokens[index];
  if (String(token?.attrGet("src")).startsWith("data:")) return pictureHtml?.(tokens, index, options, env, self) ?? "";
  return escapeHtml(token?.content ?? "");
};

/**
 * Markdown as HTML, without any HTML of its own, with ids on headings.
 *
 * The page's title is its only first-level heading: one in the text that says the same is left out, others become second-level.
 *
 * @param headings those of the page so far; this text's are added
 */
export function markdownHtml(text: string, pageTitle: string, headings: Heading[]): string {
  const tokens = markdown.parse(text, {});
  const skipped = new Set<number>();
  tokens.forEach((token, index) => {
    if (token.type !== "heading_open") return;
    const inline = tokens[index + 1];
    const close = tokens[index + 2];
    const title = (inline?.children ?? []).map((child) => child.content).join("");
    if (token.tag === "h1" && sameWords(title, pageTitle)) {
      for (const part of [index, index + 1, index + 2]) skipped.add(part);
      return;
    }
    if (token.tag === "h1") {
      token.tag = "h2";
      if (close) close.tag = "h2";
    }
    const id = freeId(title, headings);
    token.attrSet("id", id);
    headings.push({ level: Number(token.tag.slice(1)), text: title, id });
  });
  return markdown.renderer.render(
    tokens.filter((_, index) => !skipped.has(index)),
    markdown.options,
    {},
  );
}

/** The headings of the second and third level as a list of links. */
export function contentsHtml(headings: readonly Heading[]): string {
  const items = headings
    .filter(({ level }) => level <= 3)
    .map(
      ({ level, text, id }) =>
        `<li class="rc-level-${level}"><a href="#${escapeHtml(id)}">${escapeHtml(text)}</a></li>`,
    );
  return items.length < 2
    ? ""
    : `<nav class="rc-contents" aria-label="Contents"><h2>Contents</h2><ol>${items.join("")}</ol></nav>`;
}

function sameWords(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

function freeId(title: string, headings: readonly Heading[]): string {
  const words = title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ["section"];
  const stem = words.join("-");
  const taken = headings.filter(({ id }) => id === stem || id.startsWith(`${stem}--`)).length;
  return taken === 0 ? stem : `${stem}--${taken + 1}`;
}
