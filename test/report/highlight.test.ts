import fc from "fast-check";
import { expect, it } from "vitest";
import { highlightHtml } from "../../src/report/highlight";

it("tells comments, strings, keywords and numbers apart", () => {
  expect(highlightHtml('const a = "</b>"; // 1 < 2\nawait f(50);')).toBe(
    [
      '<span class="rc-keyword">const</span> a = <span class="rc-string">&quot;&lt;/b&gt;&quot;</span>; ',
      '<span class="rc-comment">// 1 &lt; 2</span>\n<span class="rc-keyword">await</span> f(',
      '<span class="rc-number">50</span>);',
    ].join(""),
  );
});

it("loses no character of any code, and lets no markup through", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (code) => {
      const text = highlightHtml(code).replaceAll(/<\/?span[^>]*>/g, "");
      expect(text).not.toContain("<");
      const entities: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" };
      expect(text.replaceAll(/&(lt|gt|quot|#39|amp);/g, (entity) => entities[entity] ?? "")).toBe(code);
    }),
  );
});
