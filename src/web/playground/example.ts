/** An operation to try, with variables that name real polls and users. */
export interface Example {
  readonly name: string;
  readonly query: string;
  readonly variables: string;
}

/** The examples of the server. Rejects where it does not answer. */
export async function loadExamples(): Promise<readonly Example[]> {
  const response = await fetch('/playground/examples.json');
  if (!response.ok) throw new Error(`The server answered ${response.status} to the question for examples.`);
  return (await response.json()) as Example[];
}
