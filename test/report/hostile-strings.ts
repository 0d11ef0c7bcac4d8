/** What customers, attackers and broken exports put into data; each must show as text wherever it stands. */
export const HOSTILE: readonly string[] = [
  `<img src=x onerror="window.hacked='img'">`,
  `</script><script>window.hacked='script'</script>`,
  `</style><style>body{display:none}</style>`,
  `"><svg onload="window.hacked='svg'">`,
  `' onmouseover='window.hacked=1' x='`,
  `<a href="javascript:window.hacked='link'">link</a>`,
  `<!-- <b>bold</b>`,
  `\${7*7} {{7*7}} <%= 7*7 %> &lt;b&gt; &amp;`,
  `photo\u202Egpj.exe`,
  `zero\u200Bwidth\uFEFF`,
  `line\nbreak\ttab\u0000nul`,
  `  spaces  around  `,
  `=HYPERLINK("https://example.com")`,
  `\uD800 alone`,
  "x".repeat(10_000),
];
