import escapeHtml from "escape-html";

const TOKENS =
  /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|(?<keyword>\b(?:as|async|await|const|else|export|for|from|function|if|import|in|let|new|of|return|type|typeof)\b)|(?<number>\b\d[\d_]*(?:\.\d+)?\b)/g;

/** TypeScript as HTML in which comments, strings, keywords and numbers can be told apart. */
export function highlightHtml(code: string): string {
  let html = "";
  let end = 0;
  for (const token of code.matchAll(TOKENS)) {
    const [name] = Object.entries(token.groups ?? {}).find(([, text]) => text !== undefined) ?? ["text"];
    html += `${escapeHtml(code.slice(end, token.index))}<span class="rc-${name}">${escapeHtml(token[0])}</span>`;
    end = token.index + token[0].length;
  }
  return html + escapeHtml(code.slice(end));
}
