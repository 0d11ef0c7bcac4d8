/** Says something to the person at the terminal: on stderr, so that stdout stays for machines. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
