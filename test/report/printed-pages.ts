import type { Page } from "playwright-core";

/**
 * The printed page on which each of some elements begins, as the number of the page's object in the PDF.
 *
 * A PDF names the places that links lead to; so links to the elements are printed too, at the end.
 *
 * @param ids of elements of the page
 */
export async function printedPages(page: Page, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const links = ids.map((id) => `<a href="#${id}">.</a>`).join(" ");
  await page.evaluate(`document.body.insertAdjacentHTML("beforeend", ${JSON.stringify(links)})`);
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  const places = pdf.matchAll(/\/(\S+) \[(\d+) 0 R \/XYZ/g);
  return new Map([...places].map(([, id = "", number]) => [id, Number(number)]));
}

/** A script that gives an id to the first thing that each heading's cell shows, and says which goes with which. */
export const nameWhatFollows = `[...document.querySelectorAll(".rc-text :is(h2, h3)")].flatMap((heading) => {
  const cell = heading.closest("section").nextElementSibling;
  const content = cell?.querySelector(".rc-output")?.querySelector(".rc-banner, tbody tr, figure img, .rc-empty, pre, p");
  if (!content) return [];
  content.id ||= "after-" + heading.id;
  return [[heading.id, content.id]];
})`;
